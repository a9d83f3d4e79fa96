#include "import/date_format.hpp"

#include <gtest/gtest.h>

namespace huiyin::import {
namespace {

std::string read(std::string_view pattern, std::string_view text,
                 const char* zone = "America/New_York") {
  const auto format = DateFormat::parse(pattern);
  if (!format) return "bad pattern: " + format.error();
  const auto moment = format->read(text, *engine::Zone::load(zone));
  return moment ? events::format_instant(moment->at) : "no";
}

TEST(DateFormat, ReadsWhatOthersWrite) {
  EXPECT_EQ(read("%Y-%m-%d", "2025-01-09"), "2025-01-09T05:00:00Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M:%S %p", "07/04/2025 12:05:09 AM"), "2025-07-04T04:05:09Z");
  EXPECT_EQ(read("%m/%d/%Y %I:%M:%S %p", "7/4/2025 3:05:09 pm"), "2025-07-04T19:05:09Z");
  EXPECT_EQ(read("%Y-%m-%dT%H:%M:%S.%f%z", "2025-01-09T15:15:00.1239+08:00"),
            "2025-01-09T07:15:00.123Z");
  EXPECT_EQ(read("%d %b %y", "9 January 99"), "1999-01-09T05:00:00Z");
  EXPECT_EQ(read("%Y年%m月%d日", "2025年1月9日", "Asia/Shanghai"), "2025-01-08T16:00:00Z");
  EXPECT_EQ(read("unix", "1736409600"), "2025-01-09T08:00:00Z");
  EXPECT_EQ(read("unix-ms", "1736409600123"), "2025-01-09T08:00:00.123Z");
}

TEST(DateFormat, RefusesWhatDoesNotFit) {
  for (const char* text :
       {"", "2025-13-01", "2025-02-30", "2025-01-09 ", "25-01-09", "2025-01-09x", "1825-01-09"})
    EXPECT_EQ(read("%Y-%m-%d", text), "no") << text;
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2025-01-09 24:00"), "no");
  EXPECT_EQ(read("unix", "99999999999999"), "no");
  EXPECT_TRUE(read("%q", "").starts_with("bad pattern: there is no %q"));
  EXPECT_TRUE(read("%Y-%m", "").starts_with("bad pattern: a date needs"));
  EXPECT_TRUE(read("%Y-%m-%d %I", "").starts_with("bad pattern: %I and %p"));
}

TEST(DateFormat, KnowsWhenClocksChange) {
  // New York, 2025: forward on 9 March at 2:00, back on 2 November at 2:00.
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2025-03-09 01:59"), "2025-03-09T06:59:00Z");
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2025-03-09 02:30"), "2025-03-09T07:30:00Z");
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2025-03-09 03:00"), "2025-03-09T07:00:00Z");
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2025-11-02 01:30"), "2025-11-02T05:30:00Z");
  EXPECT_EQ(read("%Y-%m-%d %H:%M", "2025-11-02 02:00"), "2025-11-02T07:00:00Z");
}

}  // namespace
}  // namespace huiyin::import
