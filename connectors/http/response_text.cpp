#include "response_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "http/problem.hpp"

namespace huiyin::http {
namespace {

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

bool is_sendable(const std::vector<Parameter>& fields) {
  const auto has_control = [](std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  };
  return std::ranges::none_of(fields, [&](const Parameter& field) {
    return field.name.empty() || has_control(field.name) || has_control(field.value);
  });
}

void append_start(std::string& out, int status, std::string_view content_type,
                  const ResponseContext& context) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(status));
  out.append(" ").append(reason_phrase(status)).append("\r\n");
  append_field(out, "Date", context.date);
  if (!content_type.empty()) append_field(out, "Content-Type", content_type);
  if (context.close) {
    out.append("Connection: close\r\n");
  } else if (context.http_1_0) {
    out.append("Connection: keep-alive\r\n");
  }
}

}  // namespace

void append_response(std::string& out, const Response& response, const ResponseContext& context) {
  if (!is_sendable(response.headers)) {
    append_response(out, problem(500, "internal", "The answer could not be sent."), context);
    return;
  }
  const bool bodiless = response.status == 204 || response.status == 304;
  append_start(out, response.status, bodiless ? std::string_view() : response.content_type,
               context);
  for (const Parameter& field : response.headers) append_field(out, field.name, field.value);
  if (bodiless) {
    out.append("\r\n");
    return;
  }
  out.append("Content-Length: ");
  append_number(out, response.body.size());
  out.append("\r\n\r\n");
  if (!context.head_request) out.append(response.body);
}

bool append_stream_head(std::string& out, const StreamHead& head, const ResponseContext& context) {
  if (!is_sendable(head.headers)) {
    append_response(out, problem(500, "internal", "The answer could not be sent."), context);
    return false;
  }
  append_start(out, 200, head.content_type, context);
  append_field(out, "Cache-Control", "no-store");
  for (const Parameter& field : head.headers) append_field(out, field.name, field.value);
  out.append(context.http_1_0 ? "\r\n" : "Transfer-Encoding: chunked\r\n\r\n");
  return true;
}

void append_chunk(std::string& out, std::string_view bytes, bool http_1_0) {
  if (http_1_0) {
    out.append(bytes);
    return;
  }
  append_number(out, bytes.size(), 16);
  out.append("\r\n").append(bytes).append("\r\n");
}

void append_last_chunk(std::string& out, bool http_1_0) {
  if (!http_1_0) out.append("0\r\n\r\n");
}

std::string http_date(std::int64_t unix_seconds) {
  const std::chrono::sys_seconds when{std::chrono::seconds{unix_seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(when);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{when - day};
  constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::array<char, 40> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
      weekdays[std::chrono::weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
      months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
      static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
      static_cast<int>(time.seconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace huiyin::http
