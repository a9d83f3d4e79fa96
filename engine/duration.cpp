#include "engine/duration.hpp"

#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace huiyin::engine {
namespace {

std::optional<unsigned> two_digits(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string counted(int count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

struct ToText {
  std::string operator()(Months months) const { return counted(months.count, "month"); }
  std::string operator()(Days days) const { return counted(days.count, "day"); }
  std::string operator()(WorkingDays days) const { return counted(days.count, "working day"); }
  std::string operator()(FixedDay fixed) const {
    const std::string day =
        fmt::format("every {:02}-{:02}", unsigned{fixed.day.month()}, unsigned{fixed.day.day()});
    return fixed.months == 0 ? day : day + " after " + counted(fixed.months, "month");
  }
};

}  // namespace

std::string_view message(DurationError error) {
  switch (error) {
    case DurationError::unknown_unit:
      return "the unit is none of months, days, working_days";
    case DurationError::out_of_range:
      return "a duration lies between 0 and 1200 months or 36525 days";
    case DurationError::not_a_month_day:
      return "not a day of the year as MM-DD";
  }
  return "unknown error";
}

std::expected<Duration, DurationError> make_duration(std::string_view unit, std::int64_t count) {
  const bool in_months = unit == "months";
  if (!in_months && unit != "days" && unit != "working_days") {
    return std::unexpected(DurationError::unknown_unit);
  }
  if (count < 0 || count > (in_months ? max_duration_months : max_duration_days)) {
    return std::unexpected(DurationError::out_of_range);
  }
  const int small = static_cast<int>(count);
  if (in_months) return Months{small};
  if (unit == "days") return Days{small};
  return WorkingDays{small};
}

std::expected<Duration, DurationError> make_fixed_day(std::string_view text) {
  if (text.size() == 5 && text[2] == '-') {
    const auto month = two_digits(text.substr(0, 2));
    const auto day = two_digits(text.substr(3, 2));
    if (month && day) {
      const std::chrono::month_day result{std::chrono::month{*month}, std::chrono::day{*day}};
      if (result.ok()) return FixedDay{result};
    }
  }
  return std::unexpected(DurationError::not_a_month_day);
}

std::string to_text(const Duration& duration) { return std::visit(ToText{}, duration); }

}  // namespace huiyin::engine
