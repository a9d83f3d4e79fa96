# The two functions that every folder uses. Each library has its own include root, so an include
# against the layer table (docs/architecture.md) finds no file and does not compile.
find_package(PkgConfig REQUIRED)
find_program(HUIYIN_CCACHE ccache)
if(HUIYIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${HUIYIN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${HUIYIN_CCACHE})
endif()
find_package(Threads REQUIRED)
find_package(GTest REQUIRED)

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

# Headers that many files read, parsed once: a clean build takes half the time. Files still include
# what they use, so that each compiles without them (HUIYIN_PRECOMPILED=OFF).
option(HUIYIN_PRECOMPILED "precompile headers" ON)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # ccache tells precompiled headers apart by their content.
  target_compile_options(huiyin_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()

# huiyin_precompiled(NAME header…): headers under a name that huiyin_use_precompiled takes.
function(huiyin_precompiled name)
  file(WRITE ${CMAKE_BINARY_DIR}/${name}.cpp "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE huiyin_flags)
  if(HUIYIN_PRECOMPILED)
    target_precompile_headers(${name} PRIVATE ${ARGN})
  endif()
endfunction()
function(huiyin_use_precompiled target name)
  if(HUIYIN_PRECOMPILED)
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

set(huiyin_standard_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <cstdlib> <cstring> <deque>
  <expected> <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <set> <span> <string>
  <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>)
foreach(kind library test)
  set(extra)
  if(kind STREQUAL test)
    set(extra <gtest/gtest.h>)
  endif()
  huiyin_precompiled(huiyin_standard_${kind} ${huiyin_standard_headers} ${extra})
  huiyin_precompiled(huiyin_engine_${kind} ${huiyin_standard_headers} ${extra}
    <engine/decide.hpp> <engine/definition.hpp> <engine/processor.hpp> <projections/view_store.hpp>)
  target_include_directories(huiyin_engine_${kind} PRIVATE
    ${CMAKE_SOURCE_DIR}/events/include ${CMAKE_SOURCE_DIR}/projections/include ${CMAKE_SOURCE_DIR}/engine/include)
endforeach()
# GoogleTest's definitions are those of the tests too.
target_link_libraries(huiyin_standard_test PRIVATE GTest::gtest)
target_link_libraries(huiyin_engine_test PRIVATE GTest::gtest)

# The allocator of our programs (docs/adr/0011-jemalloc.md). Sanitizers bring their own.
add_library(huiyin_allocator INTERFACE)
if(NOT HUIYIN_SANITIZE)
  pkg_check_modules(JEMALLOC REQUIRED IMPORTED_TARGET jemalloc)
  target_link_libraries(huiyin_allocator INTERFACE PkgConfig::JEMALLOC)
endif()

# huiyin_library(NAME SOURCES … [DEPENDS …] [PRIVATE …] [PRIVATE_INCLUDES …] [PRECOMPILED engine])
#   DEPENDS: seen by whoever includes our headers; PRIVATE: seen by our .cpp files alone.
#   PRECOMPILED engine: most of its files include the engine's headers.
function(huiyin_library name)
  cmake_parse_arguments(ARG "" "PRECOMPILED" "SOURCES;DEPENDS;PRIVATE;PRIVATE_INCLUDES" ${ARGN})
  if(NOT ARG_PRECOMPILED)
    set(ARG_PRECOMPILED standard)
  endif()
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)
  target_include_directories(${name} SYSTEM PRIVATE ${ARG_PRIVATE_INCLUDES})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE huiyin_flags ${ARG_PRIVATE})
  huiyin_use_precompiled(${name} huiyin_${ARG_PRECOMPILED}_library)
endfunction()

# huiyin_test(NAME SOURCES … DEPENDS … [TIMEOUT seconds] [PRECOMPILED engine]): one GoogleTest program, one ctest entry.
function(huiyin_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT;PRECOMPILED" "SOURCES;DEPENDS" ${ARGN})
  if(NOT ARG_PRECOMPILED)
    set(ARG_PRECOMPILED standard)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name} PRIVATE HUIYIN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE huiyin_flags ${ARG_DEPENDS} GTest::gtest GTest::gtest_main)
  huiyin_use_precompiled(${name} huiyin_${ARG_PRECOMPILED}_test)
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
