// Dates and times as other systems write them, read by a pattern like "%m/%d/%Y %I:%M:%S %p".
//
//   %Y year, four digits     %y year, two digits: 69 to 99 are 19.., the rest 20..
//   %m month  %d day         one or two digits      %b  month's English name, short or in full
//   %H hour 0-23  %I hour 1-12  %p AM or PM  %M minute  %S second    one or two digits
//   %f fraction of a second, one to nine digits
//   %z offset from UTC: Z, +08, +0800, +08:00
//   %% a percent sign        a space: any number of spaces, also none
//
// "unix" and "unix-ms" stand alone: seconds and milliseconds since 1970, UTC. Everything else in a
// pattern stands for itself.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/zone.hpp"
#include "events/instant.hpp"

namespace huiyin::import {

// Immutable; any thread.
class DateFormat {
 public:
  // The error says what is wrong with the pattern.
  static std::expected<DateFormat, std::string> parse(std::string_view pattern);

  struct Moment {
    events::Instant at{};
    events::Date day{};  // as written, or in the zone where an offset or a Unix time was given
  };
  // The whole text must fit, and the day and time must exist. Without a time it is the day's first
  // instant; without an offset it is local to `zone`.
  std::optional<Moment> read(std::string_view text, const engine::Zone& zone) const;

  const std::string& pattern() const { return pattern_; }

 private:
  enum class Unix : std::uint8_t { no, seconds, milliseconds };
  struct Item {
    char code = 0;  // of a % directive; 0: `literal` itself
    char literal = 0;
  };

  std::string pattern_;
  Unix unix_ = Unix::no;
  std::vector<Item> items_;
};

// By the first of the formats that fits.
std::optional<DateFormat::Moment> read_date(const std::vector<DateFormat>& formats,
                                            std::string_view text, const engine::Zone& zone);

}  // namespace huiyin::import
