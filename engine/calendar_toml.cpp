#include "engine/calendar_toml.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <map>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>

// Mistakes are results, not exceptions.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "events/date.hpp"

namespace huiyin::engine {
namespace {

constexpr std::array<std::string_view, 7> weekday_names{
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

// Walks one document. Every method returns false at the first mistake, which error() then holds.
class Reader {
 public:
  explicit Reader(std::string_view file) : file_(file) {}

  const CalendarError& error() const { return error_; }

  bool read(const toml::table& root, CalendarData& data) {
    return only(root, "", {"id", "version", "name", "source", "weekend", "every_year", "year"}) &&
           text(root, "", "id", data.id) && text(root, "", "version", data.version) &&
           weekend(root, data) && every_year(root, data) && years(root, data);
  }

  // The calendar's own checks know days, not lines.
  CalendarError place(const CalendarDataError& wrong) {
    if (!wrong.date) return {file_, 0, "", wrong.message};
    const Place& place = places_[*wrong.date];
    return {file_, place.line, place.key, events::format_date(*wrong.date) + " " + wrong.message};
  }

 private:
  struct Place {
    std::uint32_t line = 0;
    std::string key;
  };

  bool fail(const toml::source_region& where, std::string_view key, std::string message) {
    error_ = {file_, where.begin.line, std::string(key), std::move(message)};
    return false;
  }

  bool only(const toml::table& table, std::string_view prefix,
            std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : table) {
      if (std::ranges::find(known, key.str()) == known.end()) {
        return fail(key.source(), fmt::format("{}{}", prefix, key.str()), "unknown key");
      }
    }
    return true;
  }

  bool text(const toml::table& table, std::string_view prefix, std::string_view key,
            std::string& out) {
    const toml::node* node = table.get(key);
    const auto value = node ? node->value_exact<std::string>() : std::nullopt;
    if (!value || value->empty()) {
      return fail(node ? node->source() : table.source(), fmt::format("{}{}", prefix, key),
                  "a text is needed here");
    }
    out = *value;
    return true;
  }

  bool every_year(const toml::table& root, CalendarData& data) {
    const toml::node* node = root.get("every_year");
    if (!node) return true;
    const auto value = node->value_exact<bool>();
    if (!value) return fail(node->source(), "every_year", "neither true nor false");
    data.every_year = *value;
    return true;
  }

  bool weekend(const toml::table& root, CalendarData& data) {
    const toml::node* node = root.get("weekend");
    if (!node) return true;
    const toml::array* list = node->as_array();
    if (!list) return fail(node->source(), "weekend", "a list of days of the week is needed here");
    data.worked_weekdays.fill(true);
    for (const toml::node& entry : *list) {
      const auto name = entry.value_exact<std::string_view>().value_or("");
      const auto found = std::ranges::find(weekday_names, name);
      if (found == weekday_names.end()) {
        return fail(entry.source(), "weekend", "not a day of the week, from sunday to saturday");
      }
      data.worked_weekdays[static_cast<std::size_t>(found - weekday_names.begin())] = false;
    }
    return true;
  }

  bool years(const toml::table& root, CalendarData& data) {
    const toml::node* node = root.get("year");
    if (!node) return true;
    const toml::array* list = node->as_array();
    if (!list) return fail(node->source(), "year", "[[year]] tables are needed here");
    std::size_t index = 0;
    for (const toml::node& entry : *list) {
      const std::string prefix = fmt::format("year[{}].", index++);
      const toml::table* table = entry.as_table();
      if (!table) return fail(entry.source(), "year", "[[year]] tables are needed here");
      if (!year(*table, prefix, data)) return false;
    }
    return true;
  }

  bool year(const toml::table& table, const std::string& prefix, CalendarData& data) {
    if (!only(table, prefix, {"year", "papers", "days"})) return false;
    const toml::node* number = table.get("year");
    const auto value = number ? number->value_exact<std::int64_t>() : std::nullopt;
    if (!value || *value < 1900 || *value > 2200) {
      return fail(number ? number->source() : table.source(), prefix + "year",
                  "a year from 1900 to 2200 is needed here");
    }
    if (std::ranges::find(data.years, *value) != data.years.end()) {
      return fail(number->source(), prefix + "year", "this year is given twice");
    }
    data.years.push_back(static_cast<int>(*value));
    const toml::node* node = table.get("days");
    const toml::array* list = node ? node->as_array() : nullptr;
    if (!list) {
      return fail(node ? node->source() : table.source(), prefix + "days",
                  "a list of { name, off, work } is needed here");
    }
    for (const toml::node& entry : *list) {
      const toml::table* named = entry.as_table();
      if (!named) {
        return fail(entry.source(), prefix + "days", "{ name, off, work } is needed here");
      }
      std::string name;
      if (!only(*named, prefix + "days.", {"name", "off", "work"}) ||
          !text(*named, prefix + "days.", "name", name) ||
          !dates(*named, prefix, "off", name, false, data) ||
          !dates(*named, prefix, "work", name, true, data)) {
        return false;
      }
    }
    return true;
  }

  bool dates(const toml::table& table, const std::string& prefix, std::string_view key,
             const std::string& name, bool working, CalendarData& data) {
    const toml::node* node = table.get(key);
    if (!node) return true;
    const std::string path = fmt::format("{}days.{}", prefix, key);
    const toml::array* list = node->as_array();
    if (!list) return fail(node->source(), path, "a list of dates is needed here");
    for (const toml::node& entry : *list) {
      const auto value = entry.value_exact<toml::date>();
      if (!value) return fail(entry.source(), path, "a date such as 2024-02-10 is needed here");
      const Date date{std::chrono::year{value->year}, std::chrono::month{value->month},
                      std::chrono::day{value->day}};
      const auto [first, fresh] = places_.try_emplace(date, entry.source().begin.line, path);
      if (!fresh) {
        return fail(entry.source(), path,
                    fmt::format("{} is given twice, first in line {}", events::format_date(date),
                                first->second.line));
      }
      data.days.push_back({.date = date, .working = working, .name = name});
    }
    return true;
  }

  std::string file_;
  std::map<Date, Place> places_;
  CalendarError error_;
};

}  // namespace

std::string to_text(const CalendarError& error) {
  std::string text = error.file;
  if (error.line != 0) text += fmt::format(":{}", error.line);
  if (!error.key.empty()) text += ": " + error.key;
  return text + ": " + error.message;
}

std::expected<Calendar, CalendarError> parse_calendar(std::string_view toml,
                                                      std::string_view file) {
  const toml::parse_result parsed = toml::parse(toml, file);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return std::unexpected(CalendarError{std::string(file), error.source().begin.line, "",
                                         std::string(error.description())});
  }
  Reader reader(file);
  CalendarData data;
  if (!reader.read(parsed.table(), data)) return std::unexpected(reader.error());
  auto calendar = Calendar::make(std::move(data));
  if (!calendar) return std::unexpected(reader.place(calendar.error()));
  return *std::move(calendar);
}

std::expected<Calendar, CalendarError> load_calendar(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file) return std::unexpected(CalendarError{path.string(), 0, "", "cannot be read"});
  return parse_calendar(text, path.string());
}

std::expected<std::vector<Calendar>, CalendarError> load_calendars(
    const std::filesystem::path& folder) {
  std::vector<Calendar> calendars;
  std::error_code failed;
  for (auto entry = std::filesystem::directory_iterator(folder, failed);
       !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    if (entry->path().extension() != ".toml") continue;
    auto calendar = load_calendar(entry->path());
    if (!calendar) return std::unexpected(std::move(calendar.error()));
    if (std::ranges::find(calendars, calendar->id(), &Calendar::id) != calendars.end()) {
      return std::unexpected(CalendarError{entry->path().string(), 0, "id",
                                           "another file gives the calendar " + calendar->id()});
    }
    calendars.push_back(*std::move(calendar));
  }
  if (failed) return std::unexpected(CalendarError{folder.string(), 0, "", failed.message()});
  std::ranges::sort(calendars, {}, &Calendar::id);
  return calendars;
}

}  // namespace huiyin::engine
