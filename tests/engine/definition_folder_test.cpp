// A folder of definitions: versions, defaults, several mistaken files.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"
#include "engine/small_definition.hpp"

namespace huiyin::engine {
namespace {

using testing::edited;
using testing::small_definition;

class Folder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  std::string load() {
    const auto loaded = load_definitions(folder_, HUIYIN_SOURCE_DIR "/config/calendars");
    if (loaded) return "loaded " + std::to_string(loaded->all().size());
    std::string text;
    for (DefinitionError error : loaded.error()) {
      error.file = std::filesystem::path(error.file).filename();
      error.message = edited(folder_.string() + "/", "", error.message);
      text += (text.empty() ? "" : "\n") + to_text(error);
    }
    return text;
  }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) / "huiyin_processes";
};

TEST_F(Folder, MayHoldSeveralVersionsOfOneName) {
  write("small.toml", std::string(small_definition));
  write("small-2.toml", edited("version = 1\nvalid_from = 2020", "version = 2\nvalid_from = 2024"));
  write("notes.txt", "not a definition");
  EXPECT_EQ(load(), "loaded 2");
}

TEST_F(Folder, RefusesOneVersionTwice) {
  write("small.toml", std::string(small_definition));
  write("tiny.toml", std::string(small_definition));
  EXPECT_EQ(load(), "tiny.toml: version: small@1 is given by small.toml too");
}

TEST_F(Folder, RefusesANewerVersionThatIsInForceEarlier) {
  write("small.toml", std::string(small_definition));
  write("small-2.toml", edited("version = 1\nvalid_from = 2020", "version = 2\nvalid_from = 2019"));
  EXPECT_EQ(load(), "small-2.toml: valid_from: small@2 is in force before the older small@1");
}

TEST_F(Folder, RefusesTwoDefaultsForOneKind) {
  write("small.toml", std::string(small_definition));
  write("tiny.toml", edited("\"small\"", "\"tiny\""));
  EXPECT_EQ(load(),
            "small.toml: kinds: more than one process is the default for kind \"matter\": small "
            "tiny; set default = false in all but one");
  write("tiny.toml", edited("name = \"small\"", "name = \"tiny\"\ndefault = false"));
  EXPECT_EQ(load(), "loaded 2");
}

TEST_F(Folder, NamesTheMistakesOfAllFiles) {
  write("a.toml", edited("version = 1", "version = -1"));
  write("b.toml", "name =");
  EXPECT_EQ(load(),
            "a.toml:2: version: a number from 1 to 1000000 is needed here\n"
            "b.toml:1: Error while parsing key-value pair: encountered end-of-file");
}

TEST(ProcessesFolder, ThatAreMissingAreNamed) {
  const auto loaded = load_definitions("/nowhere/at/all", HUIYIN_SOURCE_DIR "/config/calendars");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().front().file, "/nowhere/at/all");
  EXPECT_FALSE(load_definitions(HUIYIN_SOURCE_DIR "/config/processes", "/nowhere").has_value());
}

}  // namespace
}  // namespace huiyin::engine
