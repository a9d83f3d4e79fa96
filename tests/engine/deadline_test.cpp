#include "engine/deadline.hpp"

#include <array>

#include <gtest/gtest.h>

#include "engine/calendar_support.hpp"

namespace huiyin::engine {
namespace {

Date due(Date start, const Duration& duration, Roll roll = Roll::none) {
  const DueDate result = after(china(), start, duration, roll);
  EXPECT_FALSE(result.provisional);
  EXPECT_EQ(result.calendar_version, china().version());
  return result.date;
}

// law-and-practice.md §1.6: the eleven golden vectors.
TEST(GoldenVectors, WorkingDays) {
  EXPECT_EQ(due(ymd(2024, 2, 5), WorkingDays{10}), ymd(2024, 2, 23));
  EXPECT_EQ(due(ymd(2024, 2, 8), WorkingDays{5}), ymd(2024, 2, 21));
  EXPECT_EQ(due(ymd(2024, 9, 30), WorkingDays{10}), ymd(2024, 10, 18));
  EXPECT_EQ(due(ymd(2023, 9, 28), WorkingDays{7}), ymd(2023, 10, 13));
  EXPECT_EQ(due(ymd(2025, 1, 24), WorkingDays{20}), ymd(2025, 2, 27));
  EXPECT_EQ(due(ymd(2024, 4, 3), WorkingDays{30}), ymd(2024, 5, 17));
}

TEST(GoldenVectors, Months) {
  constexpr Roll roll = Roll::next_working_day;
  EXPECT_EQ(due(ymd(2023, 11, 30), Months{3}, roll), ymd(2024, 2, 29));
  EXPECT_EQ(due(ymd(2024, 7, 1), Months{3}), ymd(2024, 10, 1));
  EXPECT_EQ(due(ymd(2024, 7, 1), Months{3}, roll), ymd(2024, 10, 8));
  EXPECT_EQ(due(ymd(2023, 11, 10), Months{3}), ymd(2024, 2, 10));
  EXPECT_EQ(due(ymd(2023, 11, 10), Months{3}, roll), ymd(2024, 2, 18));
  EXPECT_EQ(due(ymd(2024, 8, 14), Months{1}, roll), ymd(2024, 9, 14));
  EXPECT_EQ(due(ymd(2024, 2, 29), Months{6}, roll), ymd(2024, 8, 29));
}

TEST(Deadline, FixedDays) {
  const Duration year_end = FixedDay{std::chrono::December / 31};
  EXPECT_EQ(due(ymd(2024, 3, 1), year_end), ymd(2024, 12, 31));
  EXPECT_EQ(due(ymd(2024, 12, 31), year_end), ymd(2025, 12, 31));
  EXPECT_EQ(due(ymd(2024, 3, 1), FixedDay{std::chrono::February / 29}), ymd(2025, 2, 28));
  // Owed once a year, done in the last quarter: due in the next year.
  const Duration report = FixedDay{std::chrono::December / 31, 3};
  EXPECT_EQ(due(ymd(2024, 9, 30), report), ymd(2024, 12, 31));
  EXPECT_EQ(due(ymd(2024, 10, 1), report), ymd(2025, 12, 31));
  EXPECT_EQ(due(ymd(2024, 12, 31), report), ymd(2025, 12, 31));
  EXPECT_EQ(due(ymd(2024, 3, 1), FixedDay{std::chrono::October / 1}, Roll::next_working_day),
            ymd(2024, 10, 8));
  EXPECT_EQ(before(china(), ymd(2024, 12, 31), year_end).date, ymd(2023, 12, 31));
  EXPECT_EQ(before(china(), ymd(2024, 3, 1), FixedDay{std::chrono::February / 29}).date,
            ymd(2024, 2, 29));
}

// Independent of std::chrono: day numbers and month lengths by hand.
Date naive_months(Date start, int count) {
  constexpr std::array<unsigned, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  int year = int{start.year()};
  int month = static_cast<int>(unsigned{start.month()}) + count;
  for (; month > 12; month -= 12) ++year;
  for (; month < 1; month += 12) --year;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  unsigned length = lengths[static_cast<std::size_t>(month - 1)];
  if (month == 2 && leap) length = 29;
  const unsigned day = unsigned{start.day()};
  return ymd(year, static_cast<unsigned>(month), day < length ? day : length);
}

TEST(Deadline, MonthsForEveryStartDayOfTenYears) {
  for (Date start = ymd(2015, 1, 1); start <= ymd(2024, 12, 31); start = plus(start, 1)) {
    for (int count = 0; count <= 24; ++count) {
      const Date expected = naive_months(start, count);
      ASSERT_EQ(after(china(), start, Months{count}, Roll::none).date, expected);
      ASSERT_EQ(before(china(), start, Months{count}).date, naive_months(start, -count));
      Date rolled = expected;
      while (!china().is_working_day(rolled)) rolled = plus(rolled, 1);
      ASSERT_EQ(after(china(), start, Months{count}, Roll::next_working_day).date, rolled);
    }
  }
}

TEST(Deadline, DaysAndRolling) {
  EXPECT_EQ(due(ymd(2024, 9, 20), Days{11}), ymd(2024, 10, 1));
  EXPECT_EQ(due(ymd(2024, 9, 20), Days{11}, Roll::next_working_day), ymd(2024, 10, 8));
  EXPECT_EQ(due(ymd(2024, 10, 1), WorkingDays{0}), ymd(2024, 10, 8));
  EXPECT_EQ(due(ymd(2024, 10, 1), Days{0}), ymd(2024, 10, 1));
}

TEST(Deadline, BeforeIsTheInverseOfAfter) {
  Random random;
  for (int round = 0; round < 50'000; ++round) {
    const Date start = china().add_working_days(random.day(ymd(2007, 1, 1), ymd(2025, 1, 1)), 0);
    const int count = random.between(1, 200);
    const Date working = after(china(), start, WorkingDays{count}, Roll::none).date;
    ASSERT_EQ(before(china(), working, WorkingDays{count}).date, start);
    const Date day = after(china(), start, Days{count}, Roll::none).date;
    ASSERT_EQ(before(china(), day, Days{count}).date, start);
    const Date warned = before(china(), day, WorkingDays{count}).date;
    ASSERT_LT(warned, day);
    ASSERT_TRUE(china().is_working_day(warned));
  }
  EXPECT_EQ(before(china(), ymd(2024, 10, 8), WorkingDays{1}).date, ymd(2024, 9, 30));
  EXPECT_EQ(before(china(), ymd(2024, 10, 3), WorkingDays{0}).date, ymd(2024, 10, 3));
}

TEST(Deadline, ProvisionalWhereAYearIsNotLoaded) {
  const Calendar& calendar = china();
  constexpr Roll roll = Roll::next_working_day;
  EXPECT_FALSE(after(calendar, ymd(2026, 12, 30), WorkingDays{1}, roll).provisional);
  EXPECT_EQ(after(calendar, ymd(2026, 12, 30), WorkingDays{1}, roll).date, ymd(2026, 12, 31));
  EXPECT_TRUE(after(calendar, ymd(2026, 12, 31), WorkingDays{1}, roll).provisional);
  // Monday to Friday alone: 1 January 2027 is a Friday.
  EXPECT_EQ(after(calendar, ymd(2026, 12, 31), WorkingDays{1}, roll).date, ymd(2027, 1, 1));
  EXPECT_TRUE(after(calendar, ymd(2026, 11, 1), Months{3}, roll).provisional);
  EXPECT_EQ(after(calendar, ymd(2026, 10, 2), Months{3}, roll).date, ymd(2027, 1, 4));
  // A deadline that asks no calendar is certain.
  EXPECT_FALSE(after(calendar, ymd(2026, 11, 1), Months{3}, Roll::none).provisional);
  EXPECT_FALSE(after(calendar, ymd(2026, 11, 1), Days{90}, Roll::none).provisional);
  EXPECT_TRUE(before(calendar, ymd(2027, 1, 10), WorkingDays{3}).provisional);
  EXPECT_FALSE(before(calendar, ymd(2027, 1, 1), WorkingDays{3}).provisional);
  EXPECT_TRUE(after(calendar, ymd(2006, 6, 1), WorkingDays{3}, roll).provisional);
  EXPECT_FALSE(
      after(Calendar::monday_to_friday(), ymd(2050, 1, 1), WorkingDays{3}, roll).provisional);
}

TEST(Pause, TheRemainderIsKept) {
  Random random;
  for (int round = 0; round < 50'000; ++round) {
    const Date start = random.day(ymd(2008, 1, 1), ymd(2023, 1, 1));
    const Duration duration = round % 2 == 0 ? Duration{WorkingDays{random.between(1, 90)}}
                                             : Duration{Days{random.between(1, 180)}};
    const CountUnit unit = count_unit(duration);
    const Date due = after(china(), start, duration, Roll::none).date;
    const Date paused = plus(start, random.between(0, 300));
    const Date resumed = plus(paused, random.between(0, 200));
    const Remaining left = remaining(china(), unit, paused, due);
    const Date moved = resume(china(), left, resumed, Roll::none).date;
    if (unit == CountUnit::days || left.count > 0) {
      ASSERT_EQ(remaining(china(), unit, resumed, moved), left);
    }
    if (left.count > 0) {
      // Nothing lost by a pause that ends on its own day, never earlier by a longer one.
      ASSERT_EQ(resume(china(), left, paused, Roll::none).date, due);
      ASSERT_GE(moved, due);
      const Date rolled = resume(china(), left, resumed, Roll::next_working_day).date;
      ASSERT_TRUE(china().is_working_day(rolled));
      ASSERT_GE(rolled, moved);
    }
  }
}

TEST(Pause, OverTheSpringFestival) {
  // Due 2024-02-23, five working days left when paused on 2024-02-18, resumed on 2024-03-01.
  const Remaining left =
      remaining(china(), CountUnit::working_days, ymd(2024, 2, 18), ymd(2024, 2, 23));
  EXPECT_EQ(left.count, 5);
  EXPECT_EQ(resume(china(), left, ymd(2024, 3, 1), Roll::none).date, ymd(2024, 3, 8));
  // Paused on its due day, resumed on a Saturday: due on the Monday.
  const Remaining none =
      remaining(china(), CountUnit::working_days, ymd(2024, 3, 8), ymd(2024, 3, 8));
  EXPECT_EQ(resume(china(), none, ymd(2024, 3, 16), Roll::none).date, ymd(2024, 3, 18));
  // Over already: as many working days over as before.
  const Remaining over =
      remaining(china(), CountUnit::working_days, ymd(2024, 3, 13), ymd(2024, 3, 8));
  EXPECT_EQ(over.count, -3);
  EXPECT_EQ(resume(china(), over, ymd(2024, 3, 20), Roll::none).date, ymd(2024, 3, 15));
}

TEST(Duration, IsReadFromDefinitions) {
  EXPECT_EQ(make_duration("months", 3), Duration{Months{3}});
  EXPECT_EQ(make_duration("days", 15), Duration{Days{15}});
  EXPECT_EQ(make_duration("working_days", 0), Duration{WorkingDays{0}});
  EXPECT_EQ(make_duration("weeks", 1).error(), DurationError::unknown_unit);
  EXPECT_EQ(make_duration("days", -1).error(), DurationError::out_of_range);
  EXPECT_EQ(make_duration("months", 1'201).error(), DurationError::out_of_range);
  EXPECT_EQ(make_fixed_day("12-31"), Duration{FixedDay{std::chrono::December / 31}});
  for (const char* bad : {"", "1231", "13-01", "02-30", "1-001", "-1-01", "12-3x"}) {
    EXPECT_EQ(make_fixed_day(bad).error(), DurationError::not_a_month_day) << bad;
  }
  EXPECT_EQ(to_text(Months{3}), "3 months");
  EXPECT_EQ(to_text(WorkingDays{1}), "1 working day");
  EXPECT_EQ(to_text(FixedDay{std::chrono::June / 5}), "every 06-05");
  EXPECT_EQ(to_text(FixedDay{std::chrono::June / 5, 3}), "every 06-05 after 3 months");
}

}  // namespace
}  // namespace huiyin::engine
