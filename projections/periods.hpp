// Months and weeks as the numbers that counters are kept under.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "events/date.hpp"

namespace huiyin::projections {

// Months since the year 0.
inline std::uint32_t month_number(events::Date date) {
  return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 12U +
         static_cast<unsigned>(date.month()) - 1U;
}

inline constexpr std::chrono::sys_days first_week{std::chrono::year{1900} / 1 / 1};  // a Monday

inline std::uint32_t week_number(events::Date date) {
  using Days = std::chrono::days::rep;
  const auto since = (std::chrono::sys_days{date} - first_week).count();
  return static_cast<std::uint32_t>(std::max(since, Days{0}) / 7);
}
inline std::chrono::sys_days week_start(std::uint32_t week) {
  return first_week + std::chrono::days{7} * week;
}

}  // namespace huiyin::projections
