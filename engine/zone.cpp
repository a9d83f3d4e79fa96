#include "engine/zone.hpp"

#include <algorithm>
#include <exception>
#include <iterator>

#include <date/tz.h>
#include <fmt/format.h>

namespace huiyin::engine {
namespace {

using events::Instant;
using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using namespace std::chrono_literals;

constexpr sys_seconds first_known = sys_days{std::chrono::year{1900} / 1 / 1};
constexpr sys_seconds end_known = sys_days{std::chrono::year{2038} / 1 / 1};

}  // namespace

std::expected<Zone, ZoneError> Zone::load(std::string_view name) {
  Zone zone;
  zone.name_ = name;
  try {
    const date::time_zone* source = date::locate_zone(zone.name_);
    for (sys_seconds at = first_known; at < end_known;) {
      const date::sys_info info = source->get_info(at);
      if (zone.periods_.empty() || zone.periods_.back().offset != info.offset) {
        zone.periods_.push_back({.begin = at, .offset = info.offset});
      }
      if (info.end <= at) break;
      at = info.end;
    }
  } catch (const std::exception& error) {
    return std::unexpected(
        ZoneError{fmt::format("time zone \"{}\" cannot be loaded: {}", name, error.what())});
  }
  return zone;
}

std::size_t Zone::period_at(Instant instant) const {
  const auto after =
      std::upper_bound(periods_.begin() + 1, periods_.end(), instant,
                       [](Instant value, const Period& period) { return value < period.begin; });
  return static_cast<std::size_t>(std::distance(periods_.begin(), after)) - 1;
}

Date Zone::local_day(Instant instant) const {
  return Date{std::chrono::floor<days>(instant + periods_[period_at(instant)].offset)};
}

Instant Zone::start_of_day(Date day) const {
  return end_of_day(Date{sys_days{day} - days{1}}) + 1ms;
}

Instant Zone::end_of_day(Date day) const {
  // The last instant whose local time is before the next local midnight: in each period, from the
  // latest that can hold it back (offsets stay within a day), look for its last such instant.
  const Instant midnight = sys_days{day} + days{1};
  std::size_t i = period_at(midnight + days{1});
  Instant limit = midnight - periods_[i].offset;
  while (i > 0 && limit <= periods_[i].begin) {
    const Instant end = periods_[i].begin;
    --i;
    limit = std::min(end, Instant{midnight - periods_[i].offset});
  }
  return limit - 1ms;
}

Instant Zone::at(Date day, milliseconds since_midnight) const {
  const Instant local = sys_days{day} + since_midnight;
  std::size_t i = period_at(local - days{1});
  // On to the period in which the clocks show it; in a gap, no period does.
  while (i + 1 < periods_.size() && local - periods_[i].offset >= periods_[i + 1].begin &&
         local - periods_[i + 1].offset >= periods_[i + 1].begin) {
    ++i;
  }
  return local - periods_[i].offset;
}

}  // namespace huiyin::engine
