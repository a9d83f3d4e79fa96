#include "query_parameters.hpp"

#include <algorithm>
#include <charconv>

#include "events/date.hpp"
#include "http/problem.hpp"

namespace huiyin::api {
namespace {

constexpr std::size_t default_limit = 50;  // DESIGN.md section 8
constexpr std::size_t max_limit = 500;

http::Response wrong(std::string_view name, std::string_view expected) {
  return http::problem(400, "invalid-parameter", std::string(name) + ": " + std::string(expected));
}

}  // namespace

std::optional<http::Response> check_parameters(const http::Request& request,
                                               std::initializer_list<std::string_view> known) {
  return check_parameters(request, std::span(known.begin(), known.size()));
}

std::optional<http::Response> check_parameters(const http::Request& request,
                                               std::span<const std::string_view> known) {
  for (std::size_t i = 0; i < request.query.size(); ++i) {
    const std::string& name = request.query[i].name;
    if (std::ranges::find(known, name) == known.end())
      return wrong(name, "there is no such parameter here");
    for (std::size_t j = 0; j < i; ++j) {
      if (request.query[j].name == name) return wrong(name, "given twice");
    }
  }
  return std::nullopt;
}

std::string text_parameter(const http::Request& request, std::string_view name) {
  return std::string(request.query_value(name).value_or(""));
}

Parsed<std::optional<events::Instant>> time_parameter(const http::Request& request,
                                                      std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  // A "+" that was not escaped means a space in a query, but a zone here: 09:00:00+08:00.
  std::string plus(*text);
  std::ranges::replace(plus, ' ', '+');
  if (const auto instant = events::parse_instant(plus)) return instant;
  if (const auto date = events::parse_date(*text)) {
    using namespace std::chrono;
    return sys_days{*date} + days{1} - hours{8} - milliseconds{1};
  }
  return std::unexpected(wrong(name, "an instant such as 2024-02-05T09:00:00+08:00, or a date"));
}

Parsed<std::optional<events::Position>> position_parameter(const http::Request& request,
                                                           std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  if (const auto position = events::parse_position(*text)) return position;
  return std::unexpected(wrong(name, "a position such as 3:1234"));
}

Parsed<std::size_t> limit_parameter(const http::Request& request) {
  const auto text = request.query_value("limit");
  if (!text) return default_limit;
  std::size_t limit = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (read.ec == std::errc{} && read.ptr == text->data() + text->size() && limit >= 1 &&
      limit <= max_limit) {
    return limit;
  }
  return std::unexpected(wrong("limit", "a number from 1 to 500"));
}

Parsed<bool> flag_parameter(const http::Request& request, std::string_view name) {
  const auto text = request.query_value(name);
  if (!text || *text == "false") return false;
  if (*text == "true") return true;
  return std::unexpected(wrong(name, "true or false"));
}

Parsed<std::optional<events::Date>> date_parameter(const http::Request& request,
                                                   std::string_view name) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  if (const auto date = events::parse_date(*text)) return date;
  return std::unexpected(
      http::problem(400, "invalid-parameter", std::string(name) + ": a date such as 2024-02-05"));
}

Parsed<events::Date> date_parameter(const http::Request& request, std::string_view name,
                                    events::Date otherwise) {
  auto date = date_parameter(request, name);
  if (!date) return std::unexpected(std::move(date.error()));
  return date->value_or(otherwise);
}

}  // namespace huiyin::api
