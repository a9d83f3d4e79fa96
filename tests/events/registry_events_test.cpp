// The registry's vocabulary: every event is written, read and named; its bytes are kept for ever in
// tests/golden/registry/ (HUIYIN_WRITE_GOLDEN=1 writes what is missing).
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

#include "events/json_reader.hpp"
#include "events/registry_event.hpp"
#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

const std::filesystem::path golden_folder = HUIYIN_SOURCE_DIR "/tests/golden/registry";

std::string json_of(const RegistryEvent& event) {
  std::string out;
  append_registry_event(out, event);
  return out;
}

TEST(RegistryEvents, EveryTypeIsItsOwnAndReadsAsItWasWritten) {
  json::Parser parser;
  std::set<std::string_view> types;
  for (std::size_t index = 0; index < registry_event_count; ++index) {
    const std::string_view type = registry_event_type(index);
    EXPECT_TRUE(types.insert(type).second) << type;
    EXPECT_EQ(registry_event_index(type), index);
    EXPECT_EQ(registry_command_index(registry_words[index].kind, registry_words[index].command),
              index);
    for (const Fill fill : {Fill::required, Fill::everything}) {
      const RegistryEvent event = sample_registry_event(index, fill);
      const auto read = decode_registry_event(parser, type, json_of(event));
      ASSERT_TRUE(read) << type << " " << read.error().pointer << " " << read.error().detail;
      // No member is there twice: a body's fields are not named as the common ones.
      const std::string text = json_of(event);
      const auto root = parser.parse(text);
      EXPECT_FALSE(JsonReader(*root, ReadMode::strict).error()) << type;
      EXPECT_EQ(*read, event) << type;
    }
  }
}

TEST(RegistryEvents, EachKindBeginsWithOneEvent) {
  for (std::size_t kind = 0; kind < subject_kind_count; ++kind) {
    std::size_t founding = 0;
    for (const auto& word : registry_words)
      founding += word.kind == static_cast<SubjectKind>(kind) && word.founds ? 1 : 0;
    EXPECT_EQ(founding, 1U) << names(SubjectKind{})[kind];
  }
}

TEST(RegistryEvents, WhatWasEverWrittenIsKept) {
  const bool may_write =
      std::getenv("HUIYIN_WRITE_GOLDEN") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  json::Parser parser;
  for (std::size_t index = 0; index < registry_event_count; ++index) {
    const std::string type(registry_event_type(index));
    const std::string now = json_of(sample_registry_event(index, Fill::everything));
    std::vector<std::string> shapes;  // <type>.json, <type>.2.json …, as of cases
    const auto next = [&] {
      const std::string suffix = shapes.empty() ? "" : "." + std::to_string(shapes.size() + 1);
      return golden_folder / (type + suffix + ".json");
    };
    while (std::filesystem::exists(next())) {
      std::ifstream file(next(), std::ios::binary);
      shapes.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
      EXPECT_TRUE(decode_registry_event(parser, type, shapes.back())) << type;
    }
    if (may_write && (shapes.empty() || shapes.back() != now + "\n")) {
      std::filesystem::create_directories(golden_folder);
      std::ofstream(next(), std::ios::binary) << now << '\n';
      shapes.push_back(now + "\n");
    }
    ASSERT_FALSE(shapes.empty()) << type;
    EXPECT_EQ(shapes.back(), now + "\n") << type;
  }
}

TEST(RegistryEvents, DecidedFieldsAreNotForSenders) {
  json::Parser parser;
  const auto body = parser.parse(R"({"congress":"c","term":6,"level":"county"})");
  ASSERT_TRUE(body);
  JsonReader reader(*body, ReadMode::strict);
  RegistryEventBody into;
  read_registry_body(reader, *registry_command_index(SubjectKind::deputy, "begin-mandate"), into);
  reader.finish();
  ASSERT_TRUE(reader.error());
  EXPECT_EQ(reader.error()->pointer, "/level");
}

}  // namespace
}  // namespace huiyin::events
