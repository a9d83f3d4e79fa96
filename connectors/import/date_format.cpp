#include "import/date_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace huiyin::import {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view directives = "YymdbHIpMSfz%";
constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                  "may",       "june",     "july",     "august",
                                                  "september", "october",  "november", "december"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool take_word(std::string_view& rest, std::string_view word) {
  if (rest.size() < word.size()) return false;
  if (!std::equal(word.begin(), word.end(), rest.begin(),
                  [](char a, char b) { return a == lower(b); }))
    return false;
  rest.remove_prefix(word.size());
  return true;
}

// A number of `least` to `most` digits.
std::optional<int> take_number(std::string_view& rest, std::size_t least, std::size_t most) {
  std::size_t count = 0;
  int number = 0;
  while (count < most && count < rest.size() && is_digit(rest[count]))
    number = number * 10 + (rest[count++] - '0');
  if (count < least) return std::nullopt;
  rest.remove_prefix(count);
  return number;
}

struct Fields {
  int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0;
  std::optional<bool> afternoon;
  std::optional<std::chrono::minutes> offset;
};

bool take_month(std::string_view& rest, Fields& out) {
  for (std::size_t i = 0; i < months.size(); ++i) {
    if (take_word(rest, months[i]) || take_word(rest, months[i].substr(0, 3))) {
      out.month = static_cast<int>(i) + 1;
      return true;
    }
  }
  return false;
}

bool take_fraction(std::string_view& rest, Fields& out) {
  std::size_t count = 0;
  int value = 0;
  while (count < 9 && count < rest.size() && is_digit(rest[count])) {
    if (count < 3) value = value * 10 + (rest[count] - '0');
    ++count;
  }
  if (count == 0) return false;
  for (std::size_t i = count; i < 3; ++i) value *= 10;
  rest.remove_prefix(count);
  out.millisecond = value;
  return true;
}

bool take_offset(std::string_view& rest, Fields& out) {
  if (take_word(rest, "z")) {
    out.offset = std::chrono::minutes{0};
    return true;
  }
  if (rest.empty() || (rest.front() != '+' && rest.front() != '-')) return false;
  const int sign = rest.front() == '-' ? -1 : 1;
  rest.remove_prefix(1);
  const auto hours = take_number(rest, 2, 2);
  if (!hours) return false;
  if (rest.starts_with(':')) rest.remove_prefix(1);
  const auto minutes = take_number(rest, 2, 2);
  if (*hours > 18 || minutes.value_or(0) > 59) return false;
  out.offset = sign * std::chrono::minutes{*hours * 60 + minutes.value_or(0)};
  return true;
}

bool take_into(std::string_view& rest, std::size_t least, std::size_t most, int& out) {
  const auto number = take_number(rest, least, most);
  if (number) out = *number;
  return number.has_value();
}

bool take(char code, std::string_view& rest, Fields& out) {
  switch (code) {
    case 'Y':
      return take_into(rest, 4, 4, out.year);
    case 'y':
      if (!take_into(rest, 2, 2, out.year)) return false;
      out.year += out.year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return take_into(rest, 1, 2, out.month);
    case 'd':
      return take_into(rest, 1, 2, out.day);
    case 'b':
      return take_month(rest, out);
    case 'H':
      return take_into(rest, 1, 2, out.hour);
    case 'I':
      return take_into(rest, 1, 2, out.hour) && out.hour >= 1 && out.hour <= 12;
    case 'p':
      out.afternoon = rest.starts_with('P') || rest.starts_with('p');
      return take_word(rest, "am") || take_word(rest, "pm");
    case 'M':
      return take_into(rest, 1, 2, out.minute);
    case 'S':
      return take_into(rest, 1, 2, out.second);
    case 'f':
      return take_fraction(rest, out);
    case 'z':
      return take_offset(rest, out);
    default:
      return false;
  }
}

std::optional<DateFormat::Moment> moment_of(const Fields& fields, const engine::Zone& zone) {
  const events::Date day{std::chrono::year{fields.year},
                         std::chrono::month{static_cast<unsigned>(fields.month)},
                         std::chrono::day{static_cast<unsigned>(fields.day)}};
  if (!day.ok() || fields.year < 1900 || fields.hour > 23 || fields.minute > 59 ||
      fields.second > 59)
    return std::nullopt;
  int hour = fields.hour;
  if (fields.afternoon) {
    if (hour < 1 || hour > 12) return std::nullopt;
    hour = hour % 12 + (*fields.afternoon ? 12 : 0);
  }
  const milliseconds time = std::chrono::hours{hour} + std::chrono::minutes{fields.minute} +
                            std::chrono::seconds{fields.second} + milliseconds{fields.millisecond};
  if (fields.offset) {
    const events::Instant at = std::chrono::sys_days{day} + time - *fields.offset;
    return DateFormat::Moment{at, zone.local_day(at)};
  }
  return DateFormat::Moment{time.count() == 0 ? zone.start_of_day(day) : zone.at(day, time), day};
}

}  // namespace

std::expected<DateFormat, std::string> DateFormat::parse(std::string_view pattern) {
  DateFormat out;
  out.pattern_ = pattern;
  if (pattern == "unix" || pattern == "unix-ms") {
    out.unix_ = pattern == "unix" ? Unix::seconds : Unix::milliseconds;
    return out;
  }
  std::string seen;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      out.items_.push_back({0, pattern[i]});
      continue;
    }
    const char code = ++i < pattern.size() ? pattern[i] : '\0';
    if (code == '\0' || !directives.contains(code)) {
      return std::unexpected("there is no %" + std::string(code == '\0' ? 0 : 1, code) +
                             "; known are %Y %y %m %d %b %H %I %p %M %S %f %z %%");
    }
    seen.push_back(code);
    out.items_.push_back(code == '%' ? Item{0, '%'} : Item{code, 0});
  }
  const auto has = [&](char code) { return seen.contains(code); };
  if ((!has('Y') && !has('y')) || (!has('m') && !has('b')) || !has('d'))
    return std::unexpected("a date needs a year, a month and a day");
  if (has('I') != has('p')) return std::unexpected("%I and %p go together");
  return out;
}

std::optional<DateFormat::Moment> DateFormat::read(std::string_view text,
                                                   const engine::Zone& zone) const {
  if (unix_ != Unix::no) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr std::int64_t limit_ms = 253'402'300'800'000;  // the year 10000
    const std::int64_t scale = unix_ == Unix::seconds ? 1000 : 1;
    if (error != std::errc{} || end != text.data() + text.size() || number < 0 ||
        number >= limit_ms / scale)
      return std::nullopt;
    const events::Instant at{milliseconds{number * scale}};
    return Moment{at, zone.local_day(at)};
  }
  Fields fields;
  for (const Item& item : items_) {
    if (item.code != 0) {
      if (!take(item.code, text, fields)) return std::nullopt;
    } else if (item.literal == ' ') {
      while (text.starts_with(' ')) text.remove_prefix(1);
    } else {
      if (!text.starts_with(item.literal)) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  if (!text.empty()) return std::nullopt;
  return moment_of(fields, zone);
}

std::optional<DateFormat::Moment> read_date(const std::vector<DateFormat>& formats,
                                            std::string_view text, const engine::Zone& zone) {
  for (const DateFormat& format : formats) {
    if (auto moment = format.read(text, zone)) return moment;
  }
  return std::nullopt;
}

}  // namespace huiyin::import
