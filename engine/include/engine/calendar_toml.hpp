// Reads calendars from config/calendars (its README gives the keys).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/calendar.hpp"

namespace huiyin::engine {

// Where a calendar file is wrong. `key` and `line` (from 1) are empty and 0 when the file as a
// whole is.
struct CalendarError {
  std::string file;
  std::uint32_t line = 0;
  std::string key;
  std::string message;
};

// "cn.toml:12: year[0].days: 2024-02-30 is not a day of the calendar"
std::string to_text(const CalendarError& error);

// `file` is only named in errors.
std::expected<Calendar, CalendarError> parse_calendar(std::string_view toml, std::string_view file);

std::expected<Calendar, CalendarError> load_calendar(const std::filesystem::path& path);

// Every *.toml of a folder, ordered by id. Two files with one id are refused.
std::expected<std::vector<Calendar>, CalendarError> load_calendars(
    const std::filesystem::path& folder);

}  // namespace huiyin::engine
