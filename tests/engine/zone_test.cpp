#include "engine/zone.hpp"

#include <gtest/gtest.h>

#include "engine/calendar_support.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono_literals;
using events::Instant;

Zone load(std::string_view name) {
  auto zone = Zone::load(name);
  EXPECT_TRUE(zone.has_value()) << zone.error().message;
  return *std::move(zone);
}

Instant utc(int year, unsigned month, unsigned day) {
  return Instant{std::chrono::sys_days{ymd(year, month, day)}};
}

TEST(Zone, ShanghaiIsEightHoursAhead) {
  const Zone zone = load(default_zone);
  EXPECT_EQ(zone.name(), "Asia/Shanghai");
  EXPECT_EQ(zone.local_day(utc(2024, 2, 5) + 15h + 59min + 59s + 999ms), ymd(2024, 2, 5));
  EXPECT_EQ(zone.local_day(utc(2024, 2, 5) + 16h), ymd(2024, 2, 6));
  EXPECT_EQ(zone.end_of_day(ymd(2024, 2, 5)), utc(2024, 2, 5) + 16h - 1ms);
  EXPECT_EQ(zone.start_of_day(ymd(2024, 2, 5)), utc(2024, 2, 4) + 16h);
  // Summer time was kept in 1988.
  EXPECT_EQ(zone.end_of_day(ymd(1988, 7, 1)), utc(1988, 7, 1) + 15h - 1ms);
  EXPECT_EQ(zone.end_of_day(ymd(2124, 2, 5)), utc(2124, 2, 5) + 16h - 1ms);
}

TEST(Zone, NewYorkChangesTwiceAYear) {
  const Zone zone = load("America/New_York");
  EXPECT_EQ(zone.end_of_day(ymd(2024, 1, 15)), utc(2024, 1, 16) + 5h - 1ms);
  EXPECT_EQ(zone.end_of_day(ymd(2024, 7, 15)), utc(2024, 7, 16) + 4h - 1ms);
  EXPECT_EQ(zone.end_of_day(ymd(2024, 3, 10)) - zone.start_of_day(ymd(2024, 3, 10)), 23h - 1ms);
  EXPECT_EQ(zone.end_of_day(ymd(2024, 11, 3)) - zone.start_of_day(ymd(2024, 11, 3)), 25h - 1ms);
}

TEST(Zone, ADayThatWasSkippedIsEmpty) {
  const Zone zone = load("Pacific/Apia");  // 30 December 2011 did not take place
  EXPECT_EQ(zone.end_of_day(ymd(2011, 12, 29)) + 1ms, zone.start_of_day(ymd(2011, 12, 31)));
  EXPECT_LT(zone.end_of_day(ymd(2011, 12, 30)), zone.start_of_day(ymd(2011, 12, 30)));
}

TEST(Zone, AnHourRepeatedOverMidnightBelongsToTheDayBefore) {
  const Zone zone = load("America/St_Johns");  // set back at 00:01 on 1 November 2009
  const Instant end = zone.end_of_day(ymd(2009, 10, 31));
  EXPECT_EQ(zone.local_day(end), ymd(2009, 10, 31));
  EXPECT_EQ(zone.local_day(end + 1ms), ymd(2009, 11, 1));
  EXPECT_EQ(end - zone.start_of_day(ymd(2009, 10, 31)), 25h - 1ms);
}

TEST(Zone, DaysFollowOnOneAnother) {
  for (const char* name : {"Asia/Shanghai", "Asia/Urumqi", "America/New_York", "America/Sao_Paulo",
                           "Asia/Kathmandu", "Pacific/Kiritimati", "UTC"}) {
    const Zone zone = load(name);
    for (Date day = ymd(1996, 1, 1); day <= ymd(2036, 12, 31); day = plus(day, 1)) {
      const Instant start = zone.start_of_day(day);
      const Instant end = zone.end_of_day(day);
      ASSERT_EQ(zone.end_of_day(plus(day, -1)) + 1ms, start);
      ASSERT_EQ(zone.local_day(end), day) << name << " " << ::testing::PrintToString(day);
      ASSERT_EQ(zone.local_day(end + 1ms), zone.local_day(zone.start_of_day(plus(day, 1))));
      ASSERT_EQ(zone.local_day(start), day) << name << " " << ::testing::PrintToString(day);
    }
  }
}

TEST(Zone, UnknownNamesAreRefused) {
  for (const char* name : {"", "Mars/Olympus", "../../etc/passwd", "Asia"}) {
    const auto zone = Zone::load(name);
    EXPECT_FALSE(zone.has_value()) << name;
    if (!zone) EXPECT_NE(zone.error().message.find(name), std::string::npos);
  }
}

}  // namespace
}  // namespace huiyin::engine
