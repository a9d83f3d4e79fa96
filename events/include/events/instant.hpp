// Points in time. An Instant is UTC with millisecond precision; on the wire it is RFC 3339
// ("2024-02-05T01:02:03.004Z"; any offset is accepted on reading, "Z" is written).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace huiyin::events {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

// "2024-02-05T01:02:03.004Z"; the fraction is left out when it is zero.
std::string format_instant(Instant instant);

// Appends what format_instant returns.
void append_instant(std::string& out, Instant instant);

// Reads RFC 3339 with a zone. Nothing when the text is not such an instant, or lies outside the
// years 1900 to 9999 of UTC.
std::optional<Instant> parse_instant(std::string_view text);

}  // namespace huiyin::events
