#include "output.hpp"

#include <cstdio>

#include "events/date.hpp"

namespace huiyin::cli {

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_line(std::string_view text) {
  print(text);
  std::fputc('\n', stdout);
}

void note(std::string_view text) {
  std::fflush(stdout);
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

bool colours() { return console::wants_colours(1); }

void print_table(const console::Table& table) {
  print(table.text({.columns = console::terminal_columns(1), .coloured = colours()}));
}

LocalTimes::LocalTimes(std::string_view zone) {
  if (auto loaded = engine::Zone::load(zone)) zone_ = std::move(*loaded);
}

std::string LocalTimes::day(events::Instant instant) const {
  if (!zone_) return events::format_instant(instant);
  return events::format_date(zone_->local_day(instant));
}

std::string LocalTimes::minute(events::Instant instant) const {
  if (!zone_) return events::format_instant(instant);
  using namespace std::chrono;
  const auto day = zone_->local_day(instant);
  const auto minutes =
      duration_cast<std::chrono::minutes>(instant - zone_->start_of_day(day)).count();
  const auto two = [](std::int64_t n) {
    return std::string(n < 10 ? "0" : "") + std::to_string(n);
  };
  return events::format_date(day) + " " + two(minutes / 60) + ":" + two(minutes % 60);
}

console::Style style_of(events::Colour colour, bool missed) {
  if (missed || colour == events::Colour::red) return console::Style::red;
  if (colour == events::Colour::orange || colour == events::Colour::yellow)
    return console::Style::yellow;
  return console::Style::plain;
}

}  // namespace huiyin::cli
