// Bytes that were written once and must be read for ever: tests/golden/. A version of a type has
// one file per shape that it had, <type>.json, <type>.2.json and so on: a new optional field adds a
// file and leaves the older ones. HUIYIN_WRITE_GOLDEN=1 writes what is missing and changes nothing
// that is there.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

const std::filesystem::path golden_folder = HUIYIN_SOURCE_DIR "/tests/golden";

bool may_write() {
  const char* const asked = std::getenv("HUIYIN_WRITE_GOLDEN");  // NOLINT(concurrency-mt-unsafe)
  return asked != nullptr;
}

// Text files end in a newline, which is not part of the bytes.
std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_TRUE(text.ends_with('\n')) << path;
  if (!text.empty()) text.pop_back();
  return text;
}

void write_new_file(const std::filesystem::path& path, const std::string& text) {
  ASSERT_FALSE(std::filesystem::exists(path));
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text << '\n';
}

// One type keeps the common part in full, or a field more there would add a file for every type.
CaseEvent golden_event(std::size_t index) {
  CaseEvent event = sample_event(index, Fill::everything);
  if (index != 0) event.common = sample_event(index, Fill::required).common;
  return event;
}

std::filesystem::path golden_path(std::string_view type, std::size_t shape) {
  const std::string suffix = shape == 1 ? "" : "." + std::to_string(shape);
  return golden_folder / "events" / (std::string(type) + suffix + ".json");
}

std::vector<std::string> goldens_of(std::string_view type) {
  std::vector<std::string> texts;
  while (std::filesystem::exists(golden_path(type, texts.size() + 1))) {
    texts.push_back(read_file(golden_path(type, texts.size() + 1)));
  }
  return texts;
}

TEST(Golden, EveryShapeThatWasEverWrittenStillReads) {
  json::Parser parser;
  for (std::size_t index = 0; index < case_event_count; ++index) {
    for (const std::string& golden : goldens_of(case_event_type(index))) {
      const auto event = decode_case_event(parser, case_event_type(index), golden);
      ASSERT_TRUE(event) << case_event_type(index) << event.error().pointer;
      std::string again;
      append_case_event(again, *event);
      EXPECT_EQ(again, golden) << case_event_type(index) << ": the same value, other bytes";
    }
  }
}

TEST(Golden, WhatIsWrittenNowIsKept) {
  json::Parser parser;
  for (std::size_t index = 0; index < case_event_count; ++index) {
    const std::string_view type = case_event_type(index);
    std::string now;
    append_case_event(now, golden_event(index));
    const auto goldens = goldens_of(type);
    if (!goldens.empty() && goldens.back() == now) {
      EXPECT_EQ(decode_case_event(parser, type, goldens.back()), golden_event(index));
    } else if (may_write()) {
      write_new_file(golden_path(type, goldens.size() + 1), now);
    } else {
      ADD_FAILURE() << type << " is now written as\n"
                    << now << "\nwhich tests/golden/events/ does not hold (HUIYIN_WRITE_GOLDEN=1 "
                    << "adds it; a file that differs only by mistake is to be mended instead)";
    }
  }
}

TEST(Golden, NoFileIsLeftUnread) {
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder / "events")) {
    const std::string name = entry.path().filename();
    const std::string type = name.substr(0, name.find(".v1") + 3);
    EXPECT_TRUE(case_event_index(type)) << name;
  }
}

std::string to_hex(std::string_view bytes) {
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
    out.push_back(digits[static_cast<unsigned char>(c) & 0xFU]);
  }
  return out;
}

TEST(Golden, Frame) {
  std::string frame;
  append_frame(frame, sample_envelope("huiyin.case.signed.v1"), R"({"stage":"交办","lane":1})");
  const std::filesystem::path path = golden_folder / "frame.1.hex";
  if (!std::filesystem::exists(path) && may_write()) write_new_file(path, to_hex(frame));
  EXPECT_EQ(to_hex(frame), read_file(path));
}

}  // namespace
}  // namespace huiyin::events
