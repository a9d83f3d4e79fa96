#include "events/date.hpp"

#include "events/instant.hpp"

namespace huiyin::events {

void append_date(std::string& out, Date date) {
  // An instant at midnight begins with its date.
  out += format_instant(std::chrono::sys_days{date}).substr(0, 10);
}

std::string format_date(Date date) {
  std::string out;
  append_date(out, date);
  return out;
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto midnight = parse_instant(std::string(text) + "T00:00:00Z");
  if (!midnight) return std::nullopt;
  return Date{std::chrono::floor<std::chrono::days>(*midnight)};
}

}  // namespace huiyin::events
