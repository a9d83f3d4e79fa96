// Which days are worked: the days of the week, the holidays, and the make-up working days (调休).
//
// A Calendar is an immutable value: any thread may use it. Counting and adding working days take
// constant time (two table look-ups), for every event re-derives due dates.
//
// A day in a year that is not loaded follows the week alone; whatever rests on such a day is
// provisional until the year appears (DESIGN §6). A year's notice may also move days of the last
// week of the year before, so `recalculate` looks at every open clock when a version changes, not
// only at provisional ones.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/duration.hpp"

namespace huiyin::engine {

// A day named by a notice: off (a holiday) or worked (a make-up day, or a weekday said to be so).
struct SpecialDay {
  Date date;
  bool working = false;
  std::string name;
  bool operator==(const SpecialDay&) const = default;
};

// What a calendar is made of.
struct CalendarData {
  std::string id;
  std::string version;
  // Index 0 is Sunday, as std::chrono::weekday::c_encoding() counts.
  std::array<bool, 7> worked_weekdays{false, true, true, true, true, true, false};
  // Complete as it stands: no year is awaited, nothing is provisional.
  bool every_year = false;
  std::vector<int> years;
  std::vector<SpecialDay> days;
};

// Why data is no calendar. `date` is the offending day where there is one.
struct CalendarDataError {
  std::string message;
  std::optional<Date> date;
};

class Calendar {
 public:
  // Refuses: an empty id or version, a week without a working day, a year outside 1900 to 2200 or
  // given twice, an invalid date, a date given twice or further than a year from every given year.
  static std::expected<Calendar, CalendarDataError> make(CalendarData data);

  // Monday to Friday, no holidays, never provisional: for processes that name no calendar.
  static Calendar monday_to_friday();

  const std::string& id() const { return id_; }
  // "id/version", as events record it.
  const std::string& version() const { return version_; }

  bool is_working_day(Date date) const;

  // Working days in (from, to]; negative when `to` is before `from`. With the due date as `from`
  // and today as `to`: the working days over.
  int working_days_between(Date from, Date to) const;

  // count > 0: the count-th working day after `date`, which itself is not counted.
  // count < 0: the count-th working day before it. count = 0: `date`, or the next working day when
  // it is a day off. So the result is always a working day. |count| ≤ 1,000,000.
  Date add_working_days(Date date, int count) const;

  // Whether every year that [first, last] touches is loaded.
  bool covers(Date first, Date last) const;

  // The day's entry in the notices, or null. Owned by the calendar.
  const SpecialDay* special_day(Date date) const;

  // Both in ascending order.
  std::span<const SpecialDay> special_days() const { return special_days_; }
  std::span<const int> years() const { return years_; }

  bool operator==(const Calendar&) const = default;

 private:
  explicit Calendar(CalendarData data);

  std::int64_t rank(int day) const;
  int nth_working_day(std::int64_t rank) const;
  std::int64_t weekly_rank(int day) const;
  int weekly_nth(std::int64_t rank) const;
  bool worked_by_week(int day) const;

  std::string id_;
  std::string version_;
  bool every_year_ = false;
  std::vector<int> years_;
  std::vector<SpecialDay> special_days_;

  // The week, counted from Monday: worked days before each, and where the n-th worked one lies.
  std::array<bool, 7> worked_weekdays_{};
  std::array<int, 7> worked_before_{};
  std::vector<int> nth_in_week_;

  // Days are counted from 1970-01-01. Days first_day_ to first_day_ + ranks_.size() - 1 come from
  // tables, all others from the week alone. The rank of a day is the number of working days up to
  // and with it, from an arbitrary origin; working_days_[i] is the day whose rank is
  // rank_before_ + i + 1.
  int first_day_ = 0;
  std::int64_t rank_before_ = 0;
  std::vector<int> ranks_;
  std::vector<int> working_days_;
};

}  // namespace huiyin::engine
