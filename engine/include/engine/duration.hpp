// How long a clock runs, as process definitions say it. The unit is always explicit: ten days and
// ten working days are different things, and the documents use both.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>

#include "events/date.hpp"

namespace huiyin::engine {

// A local calendar day. Which instants it covers is for a Zone to say.
using events::Date;

struct Months {
  int count = 0;
  bool operator==(const Months&) const = default;
};

// Every day counts.
struct Days {
  int count = 0;
  bool operator==(const Days&) const = default;
};

// Only days that the calendar calls working days count.
struct WorkingDays {
  int count = 0;
  bool operator==(const WorkingDays&) const = default;
};

// The next such day of a year, strictly after the start; 29 February is 28 in a common year. With
// months: strictly after so many months have passed, for what is owed once a year.
struct FixedDay {
  std::chrono::month_day day{std::chrono::January, std::chrono::day{1}};
  int months = 0;
  bool operator==(const FixedDay&) const = default;
};

using Duration = std::variant<Months, Days, WorkingDays, FixedDay>;

// No process runs a single clock for over a century; what is longer is a slip of the pen.
inline constexpr int max_duration_months = 1'200;
inline constexpr int max_duration_days = 36'525;

enum class DurationError : std::uint8_t { unknown_unit, out_of_range, not_a_month_day };

// What is wrong, for a person who reads a definition file.
std::string_view message(DurationError error);

// unit: "months", "days" or "working_days", the keys of a definition; 0 ≤ count ≤ the limits above.
std::expected<Duration, DurationError> make_duration(std::string_view unit, std::int64_t count);

// text: "MM-DD", for example "12-31".
std::expected<Duration, DurationError> make_fixed_day(std::string_view text);

// "3 months", "1 day", "10 working days", "every 12-31", "every 12-31 after 3 months".
std::string to_text(const Duration& duration);

}  // namespace huiyin::engine
