// Reading query strings: every parameter is known, and of its type, or the request is refused.
#pragma once

#include <expected>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/date.hpp"
#include "events/instant.hpp"
#include "events/position.hpp"
#include "http/message.hpp"

namespace huiyin::api {

// The first parameter outside `known`, or one given twice, as a 400.
std::optional<http::Response> check_parameters(const http::Request& request,
                                               std::initializer_list<std::string_view> known);
std::optional<http::Response> check_parameters(const http::Request& request,
                                               std::span<const std::string_view> known);

template <class T>
using Parsed = std::expected<T, http::Response>;

std::string text_parameter(const http::Request& request, std::string_view name);
// An instant, or a bare date, which means the end of that day (UTC+8, the default zone).
Parsed<std::optional<events::Instant>> time_parameter(const http::Request& request,
                                                      std::string_view name);
Parsed<std::optional<events::Position>> position_parameter(const http::Request& request,
                                                           std::string_view name);
Parsed<std::optional<events::Date>> date_parameter(const http::Request& request,
                                                   std::string_view name);
Parsed<events::Date> date_parameter(const http::Request& request, std::string_view name,
                                    events::Date otherwise);
Parsed<std::size_t> limit_parameter(const http::Request& request);  // default 50, at most 500
Parsed<bool> flag_parameter(const http::Request& request, std::string_view name);

}  // namespace huiyin::api
