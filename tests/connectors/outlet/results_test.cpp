#include "results.hpp"

#include <gtest/gtest.h>

namespace huiyin::outlet {
namespace {

using Row = std::map<std::string, std::string, std::less<>>;

Results results() {
  Results out{.list = "",
              .case_id = "case",
              .external_id = "no",
              .result = "status",
              .text = "reply",
              .time = "at",
              .words = {},
              .dates = {}};
  out.words = {{"已办结", events::OutletResult::done}, {"办理中", std::nullopt}};
  out.dates.push_back(*import::DateFormat::parse("%Y-%m-%d %H:%M"));
  return out;
}

auto read(const Row& row) {
  return read_result(results(), *engine::Zone::load("Asia/Shanghai"), [&](std::string_view name) {
    const auto found = row.find(name);
    return found == row.end() ? std::string() : found->second;
  });
}

TEST(OutletResults, ReadsWordTextAndTime) {
  const auto back = read({{"case", "c"},
                          {"no", "HN-1"},
                          {"status", "已办结"},
                          {"reply", "好了"},
                          {"at", "2026-01-02 08:00"}});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->case_id, "c");
  EXPECT_EQ((*back)->external_id, "HN-1");
  EXPECT_EQ((*back)->text, "好了");
  EXPECT_EQ(events::format_instant(*(*back)->at), "2026-01-02T00:00:00Z");
}

TEST(OutletResults, WithoutATextItsWordIsTheText) {
  const auto back = read({{"no", "HN-1"}, {"status", "已办结"}});
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->text, "已办结");
  EXPECT_FALSE((*back)->at);
}

TEST(OutletResults, WhatIsNotYetDoneIsNothing) {
  const auto back = read({{"no", "HN-1"}, {"status", "办理中"}});
  ASSERT_TRUE(back);
  EXPECT_FALSE(*back);
}

TEST(OutletResults, SaysWhyItTakesNot) {
  EXPECT_EQ(read({{"status", "已办结"}}).error().reason, "no-key");
  EXPECT_EQ(read({{"no", "1"}, {"status", "?"}}).error().reason, "unknown-word");
  EXPECT_EQ(read({{"no", "1"}, {"status", "已办结"}, {"at", "昨天"}}).error().reason, "bad-date");
}

TEST(OutletResults, PathsReachIntoObjects) {
  events::json::Parser parser;
  const auto value = *parser.parse(R"({"a":{"b":7,"c":[1],"d":true},"e":"x"})");
  EXPECT_EQ(text_at(value, "a.b"), "7");
  EXPECT_EQ(text_at(value, "a.d"), "true");
  EXPECT_EQ(text_at(value, "e"), "x");
  for (const char* none : {"a", "a.c", "a.x", "e.f", "z.y"}) EXPECT_EQ(text_at(value, none), "");
  EXPECT_EQ(at_path(value, "")->type(), events::json::Type::object);
}

}  // namespace
}  // namespace huiyin::outlet
