#include "engine/calendar.hpp"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace huiyin::engine {
namespace {

using std::chrono::sys_days;

constexpr int first_year = 1900;
constexpr int last_year = 2200;
constexpr int max_count = 1'000'000;
// 1970-01-05, the first Monday of the count.
constexpr int a_monday = 4;

int day_number(Date date) { return static_cast<int>(sys_days{date}.time_since_epoch().count()); }

Date date_of(int day) { return Date{sys_days{std::chrono::days{day}}}; }

Date year_start(int year) {
  return std::chrono::year{year} / std::chrono::January / std::chrono::day{1};
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

CalendarDataError error(std::string message, std::optional<Date> date = std::nullopt) {
  return {std::move(message), date};
}

std::optional<CalendarDataError> check_years(const std::vector<int>& sorted) {
  for (const int year : sorted) {
    if (year < first_year || year > last_year) {
      return error(fmt::format("year {} is outside {} to {}", year, first_year, last_year));
    }
  }
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice != sorted.end()) return error(fmt::format("year {} is given twice", *twice));
  return std::nullopt;
}

std::optional<CalendarDataError> check_days(const CalendarData& data) {
  for (const SpecialDay& day : data.days) {
    if (!day.date.ok()) return error("not a day of the calendar", day.date);
    const int year = int{day.date.year()};
    const bool near = std::ranges::any_of(
        data.years, [year](int loaded) { return year >= loaded - 1 && year <= loaded + 1; });
    if (!near) return error("lies in none of the years given, nor beside one", day.date);
  }
  return std::nullopt;
}

}  // namespace

std::expected<Calendar, CalendarDataError> Calendar::make(CalendarData data) {
  if (data.id.empty()) return std::unexpected(error("the id is empty"));
  if (data.version.empty()) return std::unexpected(error("the version is empty"));
  if (std::ranges::none_of(data.worked_weekdays, std::identity{})) {
    return std::unexpected(error("no day of the week is worked"));
  }
  std::ranges::sort(data.years);
  if (auto wrong = check_years(data.years)) return std::unexpected(*std::move(wrong));
  if (auto wrong = check_days(data)) return std::unexpected(*std::move(wrong));
  std::ranges::sort(data.days, {}, &SpecialDay::date);
  const auto twice = std::ranges::adjacent_find(data.days, {}, &SpecialDay::date);
  if (twice != data.days.end()) return std::unexpected(error("is given twice", twice->date));
  return Calendar(std::move(data));
}

Calendar Calendar::monday_to_friday() {
  CalendarData data;
  data.id = "monday-friday";
  data.version = "1";
  data.every_year = true;
  return Calendar(std::move(data));
}

Calendar::Calendar(CalendarData data)
    : id_(std::move(data.id)),
      version_(id_ + "/" + data.version),
      every_year_(data.every_year),
      years_(std::move(data.years)),
      special_days_(std::move(data.days)) {
  for (std::size_t i = 0; i < 7; ++i) {
    worked_weekdays_[i] = data.worked_weekdays[(i + 1) % 7];
    worked_before_[i] = static_cast<int>(nth_in_week_.size());
    if (worked_weekdays_[i]) nth_in_week_.push_back(static_cast<int>(i));
  }
  if (special_days_.empty()) return;

  first_day_ = day_number(year_start(int{special_days_.front().date.year()}));
  rank_before_ = weekly_rank(first_day_ - 1);
  const int end = day_number(year_start(int{special_days_.back().date.year()} + 1));
  auto special = special_days_.begin();
  for (int day = first_day_; day < end; ++day) {
    bool worked = worked_by_week(day);
    if (special != special_days_.end() && day_number(special->date) == day) {
      worked = special->working;
      ++special;
    }
    if (worked) working_days_.push_back(day);
    ranks_.push_back(static_cast<int>(working_days_.size()));
  }
}

bool Calendar::worked_by_week(int day) const {
  const std::int64_t week = floor_divide(day - a_monday, 7);
  return worked_weekdays_[static_cast<std::size_t>(day - a_monday - week * 7)];
}

std::int64_t Calendar::weekly_rank(int day) const {
  const std::int64_t week = floor_divide(day - a_monday, 7);
  const auto in_week = static_cast<std::size_t>(day - a_monday - week * 7);
  return week * std::ssize(nth_in_week_) + worked_before_[in_week] +
         (worked_weekdays_[in_week] ? 1 : 0);
}

int Calendar::weekly_nth(std::int64_t rank) const {
  const std::int64_t week = floor_divide(rank - 1, std::ssize(nth_in_week_));
  const auto in_week = static_cast<std::size_t>(rank - 1 - week * std::ssize(nth_in_week_));
  return static_cast<int>(a_monday + week * 7 + nth_in_week_[in_week]);
}

std::int64_t Calendar::rank(int day) const {
  if (ranks_.empty() || day < first_day_) return weekly_rank(day);
  const auto index = static_cast<std::size_t>(day - first_day_);
  if (index < ranks_.size()) return rank_before_ + ranks_[index];
  const int last_day = first_day_ + static_cast<int>(ranks_.size()) - 1;
  return rank_before_ + ranks_.back() + weekly_rank(day) - weekly_rank(last_day);
}

int Calendar::nth_working_day(std::int64_t rank) const {
  if (ranks_.empty() || rank <= rank_before_) return weekly_nth(rank);
  const auto index = static_cast<std::size_t>(rank - rank_before_ - 1);
  if (index < working_days_.size()) return working_days_[index];
  const int last_day = first_day_ + static_cast<int>(ranks_.size()) - 1;
  return weekly_nth(rank - rank_before_ - ranks_.back() + weekly_rank(last_day));
}

bool Calendar::is_working_day(Date date) const {
  const int day = day_number(date);
  return rank(day) != rank(day - 1);
}

int Calendar::working_days_between(Date from, Date to) const {
  return static_cast<int>(rank(day_number(to)) - rank(day_number(from)));
}

Date Calendar::add_working_days(Date date, int count) const {
  if (count > max_count || count < -max_count) std::abort();  // No definition can ask for this.
  const int day = day_number(date);
  if (count > 0) return date_of(nth_working_day(rank(day) + count));
  // Up to the day before there are rank(day - 1) working days, and the last of them is one back.
  return date_of(nth_working_day(rank(day - 1) + count + 1));
}

bool Calendar::covers(Date first, Date last) const {
  if (every_year_) return true;
  for (int year = int{first.year()}; year <= int{last.year()}; ++year) {
    if (!std::ranges::binary_search(years_, year)) return false;
  }
  return true;
}

const SpecialDay* Calendar::special_day(Date date) const {
  const auto found = std::ranges::lower_bound(special_days_, date, {}, &SpecialDay::date);
  return found != special_days_.end() && found->date == date ? &*found : nullptr;
}

}  // namespace huiyin::engine
