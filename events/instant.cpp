#include "events/instant.hpp"

#include <array>

namespace huiyin::events {
namespace {

using namespace std::chrono;

void put_digits(char*& at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  at += digits;
}

// Reads exactly `digits` digits; -1 when there are fewer.
int take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// The fraction of a second in ms; digits past the third are cut, as clocks do.
std::optional<milliseconds> take_fraction(std::string_view& text) {
  if (!take(text, '.')) return milliseconds{0};
  int value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return milliseconds{value};
}

std::optional<minutes> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return minutes{0};
  const bool negative = !text.empty() && text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59) return std::nullopt;
  const minutes offset{hour * 60 + minute};
  return negative ? -offset : offset;
}

}  // namespace

void append_instant(std::string& out, Instant instant) {
  const auto day = floor<days>(instant);
  const year_month_day date{day};
  const hh_mm_ss time{instant - day};
  std::array<char, 32> buffer;
  char* at = buffer.data();
  put_digits(at, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  *at++ = '-';
  put_digits(at, static_cast<unsigned>(date.month()), 2);
  *at++ = '-';
  put_digits(at, static_cast<unsigned>(date.day()), 2);
  *at++ = 'T';
  put_digits(at, static_cast<unsigned>(time.hours().count()), 2);
  *at++ = ':';
  put_digits(at, static_cast<unsigned>(time.minutes().count()), 2);
  *at++ = ':';
  put_digits(at, static_cast<unsigned>(time.seconds().count()), 2);
  if (const auto ms = time.subseconds().count(); ms != 0) {
    *at++ = '.';
    put_digits(at, static_cast<unsigned>(ms), 3);
  }
  *at++ = 'Z';
  out.append(buffer.data(), at);
}

std::string format_instant(Instant instant) {
  std::string out;
  append_instant(out, instant);
  return out;
}

std::optional<Instant> parse_instant(std::string_view text) {
  const int year_number = take_digits(text, 4);
  if (year_number < 0 || !take(text, '-')) return std::nullopt;
  const int month_number = take_digits(text, 2);
  if (month_number < 0 || !take(text, '-')) return std::nullopt;
  const int day_number = take_digits(text, 2);
  if (day_number < 0) return std::nullopt;
  const year_month_day date{year{year_number}, month{static_cast<unsigned>(month_number)},
                            day{static_cast<unsigned>(day_number)}};
  if (!date.ok() || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
  const int hour = take_digits(text, 2);
  if (hour < 0 || hour > 23 || !take(text, ':')) return std::nullopt;
  const int minute = take_digits(text, 2);
  if (minute < 0 || minute > 59 || !take(text, ':')) return std::nullopt;
  const int second = take_digits(text, 2);
  if (second < 0 || second > 59) return std::nullopt;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const Instant instant =
      sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + *fraction - *offset;
  // The offset may carry it over the edge, to a year that format_instant could not write.
  if (instant < sys_days{1900y / January / 1} || instant >= sys_days{10000y / January / 1}) {
    return std::nullopt;
  }
  return instant;
}

}  // namespace huiyin::events
