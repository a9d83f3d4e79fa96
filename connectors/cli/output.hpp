// What commands print: one JSON document, or tables for people.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "console/table.hpp"
#include "engine/zone.hpp"
#include "events/case_types.hpp"
#include "events/instant.hpp"

namespace huiyin::cli {

// On stdout. `print_line` adds the line feed.
void print(std::string_view text);
void print_line(std::string_view text);
// On stderr: what is said beside the answer.
void note(std::string_view text);

// Fitted to the terminal and coloured where there is one.
void print_table(const console::Table& table);

// Local times as people read them: "2024-02-05 09:00".
class LocalTimes {
 public:
  explicit LocalTimes(std::string_view zone);
  std::string minute(events::Instant instant) const;
  std::string day(events::Instant instant) const;

 private:
  std::optional<engine::Zone> zone_;
};

console::Style style_of(events::Colour colour, bool missed);
bool colours();

}  // namespace huiyin::cli
