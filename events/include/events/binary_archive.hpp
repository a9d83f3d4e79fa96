// cereal's portable binary archives for everything that events hold: derived records only, never
// bytes from outside (cereal trusts the lengths it reads). Heavy: include it in .cpp files.
#pragma once

#include <chrono>
#include <cstdint>

#include <cereal/archives/portable_binary.hpp>
#include <cereal/types/chrono.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/variant.hpp>
#include <cereal/types/vector.hpp>

namespace cereal {

// A date is its days since 1970-01-01.
template <class Archive>
std::int32_t save_minimal(const Archive& /*ar*/, const std::chrono::year_month_day& date) {
  return static_cast<std::int32_t>(std::chrono::sys_days{date}.time_since_epoch().count());
}
template <class Archive>
void load_minimal(const Archive& /*ar*/, std::chrono::year_month_day& date,
                  const std::int32_t& days) {
  date = std::chrono::sys_days{std::chrono::days{days}};
}

}  // namespace cereal
