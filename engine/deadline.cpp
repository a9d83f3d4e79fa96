#include "engine/deadline.hpp"

#include <algorithm>
#include <chrono>
#include <variant>

namespace huiyin::engine {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

Date plus_days(Date date, int count) { return Date{sys_days{date} + days{count}}; }

// The day of that number, or the month's last day when the month is shorter.
Date clamped(std::chrono::year_month month, std::chrono::day day) {
  const Date last{month / std::chrono::last};
  return std::min(Date{month / day}, last);
}

Date plus_months(Date date, int count) {
  return clamped(date.year() / date.month() + std::chrono::months{count}, date.day());
}

Date in_year(std::chrono::year year, std::chrono::month_day day) {
  return clamped(year / day.month(), day.day());
}

DueDate due(const Calendar& calendar, Date date, bool provisional) {
  return {.date = date, .provisional = provisional, .calendar_version = calendar.version()};
}

DueDate rolled(const Calendar& calendar, Date date, Roll roll) {
  if (roll == Roll::none) return due(calendar, date, false);
  const Date working = calendar.add_working_days(date, 0);
  return due(calendar, working, !calendar.covers(date, working));
}

// Both ways. The day that is not counted does not matter, unless the count is zero and it decides.
DueDate counted(const Calendar& calendar, Date date, int count) {
  const Date result = calendar.add_working_days(date, count);
  if (count == 0) return due(calendar, result, !calendar.covers(date, result));
  return due(calendar, result,
             !(count > 0 ? calendar.covers(plus_days(date, 1), result)
                         : calendar.covers(result, plus_days(date, -1))));
}

struct After {
  const Calendar& calendar;
  Date start;
  Roll roll;

  DueDate operator()(Months months) const {
    return rolled(calendar, plus_months(start, months.count), roll);
  }
  DueDate operator()(Days count) const {
    return rolled(calendar, plus_days(start, count.count), roll);
  }
  DueDate operator()(WorkingDays count) const { return counted(calendar, start, count.count); }
  DueDate operator()(FixedDay fixed) const {
    const Date from = plus_months(start, fixed.months);
    const Date this_year = in_year(from.year(), fixed.day);
    return rolled(
        calendar,
        this_year > from ? this_year : in_year(from.year() + std::chrono::years{1}, fixed.day),
        roll);
  }
};

struct Before {
  const Calendar& calendar;
  Date anchor;

  DueDate operator()(Months months) const {
    return due(calendar, plus_months(anchor, -months.count), false);
  }
  DueDate operator()(Days count) const {
    return due(calendar, plus_days(anchor, -count.count), false);
  }
  DueDate operator()(WorkingDays count) const {
    if (count.count == 0) return due(calendar, anchor, false);
    return counted(calendar, anchor, -count.count);
  }
  DueDate operator()(FixedDay fixed) const {
    const Date this_year = in_year(anchor.year(), fixed.day);
    return due(
        calendar,
        this_year < anchor ? this_year : in_year(anchor.year() - std::chrono::years{1}, fixed.day),
        false);
  }
};

}  // namespace

DueDate after(const Calendar& calendar, Date start, const Duration& duration, Roll roll) {
  return std::visit(After{calendar, start, roll}, duration);
}

DueDate before(const Calendar& calendar, Date anchor, const Duration& duration) {
  return std::visit(Before{calendar, anchor}, duration);
}

CountUnit count_unit(const Duration& duration) {
  return std::holds_alternative<WorkingDays>(duration) ? CountUnit::working_days : CountUnit::days;
}

Remaining remaining(const Calendar& calendar, CountUnit unit, Date paused, Date due) {
  const int count = unit == CountUnit::working_days
                        ? calendar.working_days_between(paused, due)
                        : static_cast<int>((sys_days{due} - sys_days{paused}).count());
  return {.unit = unit, .count = count};
}

DueDate resume(const Calendar& calendar, Remaining left, Date resumed, Roll roll) {
  if (left.unit == CountUnit::working_days) return counted(calendar, resumed, left.count);
  return rolled(calendar, plus_days(resumed, left.count), roll);
}

}  // namespace huiyin::engine
