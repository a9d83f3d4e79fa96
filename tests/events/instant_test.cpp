#include "events/instant.hpp"

#include <chrono>
#include <cstdint>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "events/date.hpp"

namespace huiyin::events {
namespace {

using namespace std::chrono_literals;

Instant at(int year, unsigned month, unsigned day, std::chrono::milliseconds time) {
  return std::chrono::sys_days{std::chrono::year{year} / std::chrono::month{month} /
                               std::chrono::day{day}} +
         time;
}

TEST(Instant, IsWrittenInUtcWithoutAnEmptyFraction) {
  EXPECT_EQ(format_instant(at(2024, 2, 5, 1h + 2min + 3s + 4ms)), "2024-02-05T01:02:03.004Z");
  EXPECT_EQ(format_instant(at(2024, 2, 5, 0ms)), "2024-02-05T00:00:00Z");
  EXPECT_EQ(format_instant(at(1969, 12, 31, 24h - 1ms)), "1969-12-31T23:59:59.999Z");
}

TEST(Instant, IsReadWithAnyOffset) {
  const Instant nine_in_peking = at(2024, 2, 5, 1h);
  for (const char* text :
       {"2024-02-05T09:00:00+08:00", "2024-02-05T01:00:00Z", "2024-02-05t01:00:00z",
        "2024-02-05T01:00:00.000Z", "2024-02-04T20:30:00-04:30", "2024-02-05T01:00:00-00:00"}) {
    EXPECT_EQ(parse_instant(text), nine_in_peking) << text;
  }
}

TEST(Instant, FractionIsCutToMilliseconds) {
  EXPECT_EQ(parse_instant("2024-02-05T00:00:00.1Z"), at(2024, 2, 5, 100ms));
  EXPECT_EQ(parse_instant("2024-02-05T00:00:00.12Z"), at(2024, 2, 5, 120ms));
  EXPECT_EQ(parse_instant("2024-02-05T00:00:00.9999999999999999999999Z"), at(2024, 2, 5, 999ms));
}

TEST(Instant, LeapDaysAreDays) {
  EXPECT_TRUE(parse_instant("2024-02-29T00:00:00Z"));
  EXPECT_TRUE(parse_instant("2000-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_instant("2023-02-29T00:00:00Z"));
  EXPECT_FALSE(parse_instant("2100-02-29T00:00:00Z"));
}

TEST(Instant, AnythingElseIsRefused) {
  for (const char* text : {"",
                           "2024",
                           "2024-02-05",
                           "2024-02-05T01:00:00",
                           "2024-02-05T01:00Z",
                           "2024-02-05 01:00:00Z",
                           "2024-13-05T01:00:00Z",
                           "2024-00-05T01:00:00Z",
                           "2024-02-00T01:00:00Z",
                           "2024-02-30T01:00:00Z",
                           "2024-02-05T24:00:00Z",
                           "2024-02-05T01:60:00Z",
                           "2024-02-05T23:59:60Z",
                           "2024-02-05T01:00:00.Z",
                           "2024-02-05T01:00:00+0800",
                           "2024-02-05T01:00:00+24:00",
                           "2024-02-05T01:00:00+08:60",
                           "2024-02-05T01:00:00+08",
                           "2024-02-05T01:00:00ZZ",
                           " 2024-02-05T01:00:00Z",
                           "2024-02-05T01:00:00Z ",
                           "+024-02-05T01:00:00Z",
                           "2024-2-05T01:00:00Z",
                           "２024-02-05T01:00:00Z",
                           "20240205T010000Z",
                           "10000-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_instant(text)) << text;
  }
}

// What is taken can be written and read again: an instant in year 10000 could not.
TEST(Instant, TheYearsEndInUtcWhateverTheOffset) {
  EXPECT_EQ(parse_instant("1900-01-01T00:00:00Z"), at(1900, 1, 1, 0ms));
  EXPECT_EQ(parse_instant("1899-12-31T23:00:00-01:00"), at(1900, 1, 1, 0ms));
  EXPECT_FALSE(parse_instant("1900-01-01T00:00:00+00:01"));
  EXPECT_FALSE(parse_instant("1899-12-31T23:59:59.999Z"));
  EXPECT_EQ(parse_instant("9999-12-31T23:59:59.999Z"), at(9999, 12, 31, 24h - 1ms));
  EXPECT_FALSE(parse_instant("9999-12-31T23:59:59-00:01"));
}

TEST(Instant, ReadsWhatItWrites) {
  std::mt19937_64 random(20240205);
  const std::int64_t first = at(1900, 1, 1, 0ms).time_since_epoch().count();
  const std::int64_t last = at(9999, 12, 31, 24h - 1ms).time_since_epoch().count();
  std::uniform_int_distribution<std::int64_t> any(first, last);
  for (int i = 0; i < 20'000; ++i) {
    const Instant instant{std::chrono::milliseconds{any(random)}};
    ASSERT_EQ(parse_instant(format_instant(instant)), instant) << format_instant(instant);
  }
}

TEST(Date, ReadsWhatItWrites) {
  const auto first = std::chrono::sys_days{std::chrono::year{1900} / 1 / 1};
  const auto last = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};
  for (auto day = first; day <= last; day += std::chrono::days{97}) {
    const Date date{day};
    ASSERT_EQ(parse_date(format_date(date)), date) << format_date(date);
  }
  EXPECT_EQ(format_date(Date{last}), "9999-12-31");
}

TEST(Date, AnythingElseIsRefused) {
  for (const char* text : {"", "2024-02-30", "2024-2-5", "20240205", "2024-02-05T", "2024-02-05 ",
                           "1899-12-31", "2024/02/05", "0000-00-00"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

}  // namespace
}  // namespace huiyin::events
