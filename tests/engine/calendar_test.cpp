#include "engine/calendar.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/calendar_support.hpp"
#include "engine/calendar_toml.hpp"

namespace huiyin::engine {
namespace {

int working_days_of_year(const Calendar& calendar, int year) {
  return calendar.working_days_between(ymd(year - 1, 12, 31), ymd(year, 12, 31));
}

// Days that the week would leave free but the notices of the year call working days.
std::vector<Date> make_up_days(int year) {
  std::vector<Date> days;
  for (const SpecialDay& day : china().special_days()) {
    const auto weekday = std::chrono::weekday{std::chrono::sys_days{day.date}};
    if (day.working && int{day.date.year()} == year && weekday.iso_encoding() >= 6) {
      days.push_back(day.date);
    }
  }
  return days;
}

// The straightforward reading of the rules, against which the tables are held.
bool naive_is_working_day(const Calendar& calendar, Date date) {
  const auto weekday = std::chrono::weekday{std::chrono::sys_days{date}};
  const SpecialDay* special = calendar.special_day(date);
  return special ? special->working : weekday.iso_encoding() <= 5;
}

TEST(China, HoldsTheYears2007To2026) {
  std::vector<int> expected(20);
  std::iota(expected.begin(), expected.end(), 2007);
  EXPECT_TRUE(std::ranges::equal(china().years(), expected));
  EXPECT_EQ(china().id(), "cn");
  EXPECT_EQ(china().version().substr(0, 3), "cn/");
}

// law-and-practice.md §1.6; the years before 2022 counted from the published notices.
TEST(China, WorkingDaysPerYear) {
  const std::map<int, int> expected{
      {2007, 249}, {2008, 251}, {2009, 250}, {2010, 250}, {2011, 250}, {2012, 249}, {2013, 250},
      {2014, 250}, {2015, 249}, {2016, 250}, {2017, 249}, {2018, 250}, {2019, 250}, {2020, 249},
      {2021, 250}, {2022, 249}, {2023, 249}, {2024, 251}, {2025, 248}, {2026, 248}};
  for (const auto& [year, count] : expected) {
    EXPECT_EQ(working_days_of_year(china(), year), count) << year;
  }
}

TEST(China, MakeUpDays) {
  EXPECT_EQ(make_up_days(2024),
            (std::vector{ymd(2024, 2, 4), ymd(2024, 2, 18), ymd(2024, 4, 7), ymd(2024, 4, 28),
                         ymd(2024, 5, 11), ymd(2024, 9, 14), ymd(2024, 9, 29), ymd(2024, 10, 12)}));
  EXPECT_EQ(make_up_days(2025), (std::vector{ymd(2025, 1, 26), ymd(2025, 2, 8), ymd(2025, 4, 27),
                                             ymd(2025, 9, 28), ymd(2025, 10, 11)}));
  EXPECT_EQ(make_up_days(2026),
            (std::vector{ymd(2026, 1, 4), ymd(2026, 2, 14), ymd(2026, 2, 28), ymd(2026, 5, 9),
                         ymd(2026, 9, 20), ymd(2026, 10, 10)}));
}

TEST(China, ANoticeMovesDaysOfTheYearBefore) {
  EXPECT_TRUE(china().is_working_day(ymd(2018, 12, 29)));   // Saturday, by the notice for 2019
  EXPECT_FALSE(china().is_working_day(ymd(2018, 12, 31)));  // Monday
  EXPECT_TRUE(china().is_working_day(ymd(2006, 12, 30)));   // in a year that is not loaded itself
  ASSERT_NE(china().special_day(ymd(2024, 2, 18)), nullptr);
  EXPECT_EQ(china().special_day(ymd(2024, 2, 18))->name, "春节");
  EXPECT_EQ(china().special_day(ymd(2024, 2, 19)), nullptr);
}

TEST(Calendar, TablesAgreeWithTheRulesDayByDay) {
  for (const Calendar& calendar : {china(), Calendar::monday_to_friday()}) {
    int count = 0;
    const Date origin = ymd(1950, 1, 1);
    for (Date day = plus(origin, 1); day <= ymd(2060, 12, 31); day = plus(day, 1)) {
      const bool working = naive_is_working_day(calendar, day);
      ASSERT_EQ(calendar.is_working_day(day), working) << ::testing::PrintToString(day);
      count += working ? 1 : 0;
      ASSERT_EQ(calendar.working_days_between(origin, day), count);
      ASSERT_EQ(calendar.working_days_between(day, origin), -count);
      if (working) ASSERT_EQ(calendar.add_working_days(origin, count), day);
    }
  }
}

TEST(Calendar, AddingAgreesWithWalking) {
  Random random;
  for (int round = 0; round < 20'000; ++round) {
    const Date start = random.day(ymd(2000, 1, 1), ymd(2035, 12, 31));
    const int count = random.between(-40, 40);
    const int step = count < 0 ? -1 : 1;
    Date walked = start;
    if (count == 0) {
      while (!naive_is_working_day(china(), walked)) walked = plus(walked, 1);
    }
    for (int left = count; left != 0;) {
      walked = plus(walked, step);
      if (naive_is_working_day(china(), walked)) left -= step;
    }
    ASSERT_EQ(china().add_working_days(start, count), walked)
        << ::testing::PrintToString(start) << " " << count;
  }
}

TEST(Calendar, AddingIsMonotoneAndNeverLandsOnADayOff) {
  Random random;
  for (int round = 0; round < 100'000; ++round) {
    const Date start = random.day(ymd(2003, 1, 1), ymd(2032, 12, 31));
    const int count = random.between(-600, 600);
    const Date result = china().add_working_days(start, count);
    ASSERT_TRUE(china().is_working_day(result));
    ASSERT_LE(result, china().add_working_days(start, count + 1));
    ASSERT_LE(result, china().add_working_days(plus(start, 1), count));
    if (count > 0) ASSERT_LT(result, china().add_working_days(start, count + 1));
    if (count != 0) {
      ASSERT_EQ(count > 0, result > start);
    }
  }
}

TEST(Calendar, CoversOnlyLoadedYears) {
  EXPECT_TRUE(china().covers(ymd(2007, 1, 1), ymd(2026, 12, 31)));
  EXPECT_FALSE(china().covers(ymd(2026, 12, 31), ymd(2027, 1, 1)));
  EXPECT_FALSE(china().covers(ymd(2006, 12, 31), ymd(2006, 12, 31)));
  EXPECT_TRUE(Calendar::monday_to_friday().covers(ymd(1990, 1, 1), ymd(2090, 1, 1)));
}

TEST(Calendar, AYearMissingInTheMiddleFollowsTheWeek) {
  CalendarData data;
  data.id = "gap";
  data.version = "1";
  data.years = {2026, 2024};
  data.days = {{ymd(2026, 1, 1), false, "元旦"}, {ymd(2024, 1, 1), false, "元旦"}};
  const auto calendar = Calendar::make(data);
  ASSERT_TRUE(calendar.has_value());
  EXPECT_EQ(working_days_of_year(*calendar, 2025), 261);
  EXPECT_EQ(working_days_of_year(*calendar, 2026), 260);
  EXPECT_FALSE(calendar->covers(ymd(2024, 12, 31), ymd(2026, 1, 1)));
}

TEST(Calendar, RefusesWhatIsNoCalendar) {
  CalendarData good;
  good.id = "x";
  good.version = "1";
  good.years = {2024};
  good.days = {{ymd(2024, 1, 1), false, "a"}};
  ASSERT_TRUE(Calendar::make(good).has_value());

  const auto refused = [&good](auto change) {
    CalendarData data = good;
    change(data);
    return !Calendar::make(std::move(data)).has_value();
  };
  EXPECT_TRUE(refused([](CalendarData& data) { data.id.clear(); }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.version.clear(); }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.worked_weekdays.fill(false); }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.years = {2024, 2024}; }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.years = {2024, 1899}; }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.days[0].date = ymd(2024, 2, 30); }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.days[0].date = ymd(2026, 1, 1); }));
  EXPECT_TRUE(refused([](CalendarData& data) { data.days.push_back(data.days[0]); }));
}

TEST(CalendarToml, LoadsEveryShippedCalendar) {
  const auto calendars = load_calendars(calendar_folder());
  ASSERT_TRUE(calendars.has_value()) << to_text(calendars.error());
  ASSERT_EQ(calendars->size(), 3u);
  EXPECT_EQ((*calendars)[0], china());
  EXPECT_EQ((*calendars)[1].id(), "every-day");
  EXPECT_EQ(working_days_of_year((*calendars)[1], 2024), 366);
  EXPECT_EQ((*calendars)[2], Calendar::monday_to_friday());
}

struct BadFile {
  const char* text;
  const char* error;
};

class CalendarTomlRefuses : public ::testing::TestWithParam<BadFile> {};

TEST_P(CalendarTomlRefuses, NamingFileLineAndKey) {
  const auto calendar = parse_calendar(GetParam().text, "x.toml");
  ASSERT_FALSE(calendar.has_value());
  EXPECT_EQ(to_text(calendar.error()).substr(0, std::string_view(GetParam().error).size()),
            GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Files, CalendarTomlRefuses,
    ::testing::Values(
        BadFile{"id = \n", "x.toml:1: "}, BadFile{"version = '1'\n", "x.toml:1: id: "},
        BadFile{"id = 'x'\nversion = 1\n", "x.toml:2: version: a text"},
        BadFile{"id = 'x'\nversion = '1'\n\nholidays = []\n", "x.toml:4: holidays: unknown key"},
        BadFile{"id = 'x'\nversion = '1'\nweekend = ['funday']\n", "x.toml:3: weekend: not a day"},
        BadFile{"id = 'x'\nversion = '1'\nevery_year = 1\n", "x.toml:3: every_year: neither"},
        BadFile{"id = 'x'\nversion = '1'\nyear = 2024\n", "x.toml:3: year: [[year]] tables"},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 24\ndays = []\n",
                "x.toml:4: year[0].year: a year from"},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\n", "x.toml:3: year[0].days: "},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\ndays = []\n"
                "[[year]]\nyear = 2024\ndays = []\n",
                "x.toml:7: year[1].year: this year is given twice"},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\ndays = [\n"
                "{ name = 'a', off = [2024-02-30] },\n]\n",
                "x.toml:6: "},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\ndays = [\n"
                "{ name = 'a', off = ['2024-02-03'] },\n]\n",
                "x.toml:6: year[0].days.off: a date"},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\ndays = [\n"
                "{ name = 'a', off = [2024-02-03] },\n{ name = 'b', work = [2024-02-03] },\n]\n",
                "x.toml:7: year[0].days.work: 2024-02-03 is given twice, first in line 6"},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\ndays = [\n"
                "{ name = 'a', off = [2034-02-03] },\n]\n",
                "x.toml:6: year[0].days.off: 2034-02-03 lies in none"},
        BadFile{"id = 'x'\nversion = '1'\n[[year]]\nyear = 2024\ndays = [\n{ off = [] },\n]\n",
                "x.toml:6: year[0].days.name: a text"}));

TEST(CalendarToml, AMissingFileIsNamed) {
  const auto calendar = load_calendar("nowhere/cn.toml");
  ASSERT_FALSE(calendar.has_value());
  EXPECT_EQ(to_text(calendar.error()), "nowhere/cn.toml: cannot be read");
  EXPECT_FALSE(load_calendars("nowhere").has_value());
}

}  // namespace
}  // namespace huiyin::engine
