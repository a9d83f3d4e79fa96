# The two functions that every folder uses. Each library has its own include root, so an include
# against the layer table (docs/architecture.md) finds no file and does not compile.
find_package(PkgConfig REQUIRED)
find_program(HUIYIN_CCACHE ccache)
if(HUIYIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${HUIYIN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HUIYIN_CCACHE})
endif()
find_package(Threads REQUIRED)

add_library(huiyin_flags INTERFACE)
target_compile_options(huiyin_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wswitch-enum -Werror
  # designated initializers name what is set; the rest is meant to stay default
  -Wno-missing-designated-field-initializers -fno-omit-frame-pointer)
# cereal's type registry is locked only when every translation unit says so (cereal 1.3.2).
target_compile_definitions(huiyin_flags INTERFACE CEREAL_THREAD_SAFE=1)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_link_options(huiyin_flags INTERFACE -fuse-ld=lld)
endif()
set(HUIYIN_SANITIZE "" CACHE STRING "value of -fsanitize, for example address,undefined")
if(HUIYIN_SANITIZE)
  target_compile_options(huiyin_flags INTERFACE -fsanitize=${HUIYIN_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(huiyin_flags INTERFACE -fsanitize=${HUIYIN_SANITIZE})
endif()

# huiyin_library(NAME SOURCES … [DEPENDS …] [PRIVATE …] [SYSTEM_PRIVATE include dirs])
#   DEPENDS: seen by whoever includes our headers; PRIVATE: seen by our .cpp files alone.
function(huiyin_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE;PRIVATE_INCLUDES" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_include_directories(${name} SYSTEM PRIVATE ${ARG_PRIVATE_INCLUDES})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE huiyin_flags ${ARG_PRIVATE})
endfunction()

# huiyin_test(NAME SOURCES … DEPENDS … [TIMEOUT seconds]): one GoogleTest program, one ctest entry.
function(huiyin_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE HUIYIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE huiyin_flags ${ARG_DEPENDS} GTest::gtest GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS gtest)
endfunction()

# huiyin_script_test(NAME COMMAND … [TIMEOUT seconds]): a test that is a script. It fails by its exit
# code, and is skipped by a line "SKIP: reason" with exit code 77.
function(huiyin_script_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "COMMAND" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS script SKIP_RETURN_CODE 77)
endfunction()

# huiyin_fuzz(fuzz_NAME SOURCES … DEPENDS … CORPUS dir): a LLVMFuzzerTestOneInput program. With
# HUIYIN_FUZZ it is a libFuzzer program (./dev fuzz); without, a test that replays its corpus.
option(HUIYIN_FUZZ "build the fuzz targets with libFuzzer" OFF)
add_custom_target(fuzzers)
function(huiyin_fuzz name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPENDS" ${ARGN})
  get_filename_component(corpus ${ARG_CORPUS} ABSOLUTE)
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE huiyin_flags ${ARG_DEPENDS})
  file(WRITE ${CMAKE_BINARY_DIR}/fuzz/${name}.corpus ${corpus})
  add_dependencies(fuzzers ${name})
  if(HUIYIN_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/replay_corpus.cpp)
    huiyin_script_test(${name} COMMAND ${name} ${corpus})
  endif()
endfunction()
