#include "http/message.hpp"

#include <algorithm>

#include "http/percent.hpp"

namespace huiyin::http {
namespace {

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// The server must take "http://host/path" as well (RFC 9112 §3.2.2).
std::string_view strip_authority(std::string_view target) {
  constexpr std::string_view scheme = "http://";
  if (!equals_ignoring_case(target.substr(0, scheme.size()), scheme)) return target;
  const auto path = target.find_first_of("/?", scheme.size());
  return path == std::string_view::npos ? "/" : target.substr(path);
}

std::expected<void, std::string> add_query(Request& request, std::string_view query) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = percent_decode(pair.substr(0, equals), Plus::space);
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space);
    if (!name || !value) {
      return std::unexpected("The query holds a bad percent escape or text that is not UTF-8.");
    }
    request.query.push_back({std::move(*name), std::move(*value)});
  }
  return {};
}

}  // namespace

void HeaderFields::reserve(std::size_t text_bytes, std::size_t fields) {
  text_.reserve(text_bytes);
  spans_.reserve(fields);
}

void HeaderFields::add(std::string_view name, std::string_view value) {
  spans_.push_back({static_cast<std::uint32_t>(text_.size()),
                    static_cast<std::uint32_t>(name.size()),
                    static_cast<std::uint32_t>(value.size())});
  text_.append(name).append(value);
}

std::string_view HeaderFields::name_of(const Span& span) const {
  return std::string_view(text_).substr(span.begin, span.name_bytes);
}

std::string_view HeaderFields::value_of(const Span& span) const {
  return std::string_view(text_).substr(span.begin + span.name_bytes, span.value_bytes);
}

std::optional<std::string_view> HeaderFields::find(std::string_view name) const {
  for (const Span& span : spans_) {
    if (equals_ignoring_case(name_of(span), name)) return value_of(span);
  }
  return std::nullopt;
}

std::size_t HeaderFields::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      spans_, [&](const Span& span) { return equals_ignoring_case(name_of(span), name); }));
}

std::optional<std::string_view> Request::query_value(std::string_view name) const {
  for (const Parameter& parameter : query) {
    if (parameter.name == name) return parameter.value;
  }
  return std::nullopt;
}

std::string_view Request::path_parameter(std::string_view name) const {
  for (const Parameter& parameter : path_parameters) {
    if (parameter.name == name) return parameter.value;
  }
  return {};
}

std::expected<void, std::string> set_target(Request& request, std::string_view target) {
  if (std::ranges::any_of(target, [](char c) { return c <= ' ' || c >= 0x7F || c == '#'; })) {
    return std::unexpected("The request target holds characters that must be percent-encoded.");
  }
  target = strip_authority(target);
  request.query.clear();
  // An absolute form may have a query and no path.
  request.target = target.starts_with('?') ? "/" : "";
  request.target += target;
  if (!request.target.starts_with('/')) {
    return std::unexpected("The request target is not a path.");
  }
  const std::string_view whole = request.target;
  request.path_bytes = std::min(whole.find('?'), whole.size());
  return add_query(request, whole.substr(std::min(request.path_bytes + 1, whole.size())));
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 428:
      return "Precondition Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

}  // namespace huiyin::http
