// A local day, "2024-02-05" on the wire. Which zone it is local to, the case's definition says.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace huiyin::events {

using Date = std::chrono::year_month_day;

void append_date(std::string& out, Date date);
std::string format_date(Date date);
std::optional<Date> parse_date(std::string_view text);

}  // namespace huiyin::events
