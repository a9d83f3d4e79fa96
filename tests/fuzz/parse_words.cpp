// Any text as an instant, a date, a position and a partition's key. What is taken must be written
// in a form that is taken as the same.
#include <cstddef>
#include <cstdint>

#include "events/date.hpp"
#include "events/instant.hpp"
#include "events/json_locate.hpp"
#include "events/position.hpp"
#include "fuzz/demand.hpp"

using namespace huiyin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::as_text(data, size);
  if (const auto instant = events::parse_instant(text)) {
    const auto written = events::format_instant(*instant);
    fuzz::demand(events::parse_instant(written) == instant, "the instant comes back");
  }
  if (const auto date = events::parse_date(text)) {
    fuzz::demand(events::format_date(*date) == text, "a date has one form");
  }
  if (const auto position = events::parse_position(text)) {
    const auto written = events::format_position(*position);
    fuzz::demand(events::parse_position(written) == position, "the position comes back");
  }
  fuzz::demand(events::partition_of(text, events::default_partitions) < events::default_partitions,
               "a partition is one of them");
  const auto pointer = events::json::locate_invalid_utf8(text);
  fuzz::demand(pointer.empty() || pointer.front() == '/', "a pointer is one");
  return 0;
}
