// Local days of an IANA time zone. The transitions are copied when the zone is loaded; from then on
// a Zone is an immutable value, its conversions are pure, and any thread may use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "engine/duration.hpp"
#include "events/instant.hpp"

namespace huiyin::engine {

// Where the documents come from; used when a definition names no zone.
inline constexpr std::string_view default_zone = "Asia/Shanghai";

struct ZoneError {
  std::string message;
};

class Zone {
 public:
  // Reads the system's zone database (Debian's tzdata). Fails when it knows no such name or is not
  // installed. Transitions are known from 1900 to 2037; outside, the nearest offset holds.
  static std::expected<Zone, ZoneError> load(std::string_view name);

  const std::string& name() const { return name_; }

  Date local_day(events::Instant instant) const;

  // The first and the last millisecond of a local day. Where the clocks are set back over midnight,
  // the day before ends with its second pass, so that days never interleave: start_of_day(d) is
  // end_of_day(d - 1) + 1 ms. A local day that the zone skipped has its end before its start.
  events::Instant start_of_day(Date day) const;
  events::Instant end_of_day(Date day) const;

  // The instant that clocks on the wall show as this. Where they show it twice, the first time;
  // where they skip it, as if they had not been put forward yet.
  events::Instant at(Date day, std::chrono::milliseconds since_midnight) const;

  bool operator==(const Zone&) const = default;

 private:
  struct Period {
    events::Instant begin;
    std::chrono::seconds offset{};  // local time minus UTC, until the next period begins
    bool operator==(const Period&) const = default;
  };

  std::size_t period_at(events::Instant instant) const;

  std::string name_;
  std::vector<Period> periods_;  // never empty; the first one also stands for all time before it
};

}  // namespace huiyin::engine
