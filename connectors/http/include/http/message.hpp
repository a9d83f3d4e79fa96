// What a request and a response are to the code behind the server: plain values, decoded.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::http {

struct Parameter {
  std::string name;
  std::string value;
  bool operator==(const Parameter&) const = default;
};

// Header fields in the order in which they came; names compare without regard to case. All text
// lies in one string, so that a request costs two allocations whatever it carries.
class HeaderFields {
 public:
  void reserve(std::size_t text_bytes, std::size_t fields);
  void add(std::string_view name, std::string_view value);
  // The first field of that name. Views die with this object or at the next add().
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::size_t size() const { return spans_.size(); }

 private:
  struct Span {
    std::uint32_t begin;
    std::uint32_t name_bytes;
    std::uint32_t value_bytes;
  };
  std::string_view name_of(const Span& span) const;
  std::string_view value_of(const Span& span) const;

  std::string text_;
  std::vector<Span> spans_;
};

struct Request {
  std::string method;  // as sent; methods are case-sensitive
  std::string target;  // origin form, as sent: path and query, percent-encoded
  std::size_t path_bytes = 0;
  HeaderFields headers;
  std::vector<Parameter> query;            // decoded, in order; "+" is a space
  std::vector<Parameter> path_parameters;  // decoded, set by the router
  std::string_view route;                  // the router's template, for metrics; outlives requests
  std::string body;

  std::string_view path() const { return std::string_view(target).substr(0, path_bytes); }
  std::optional<std::string_view> header(std::string_view name) const { return headers.find(name); }
  // The first query parameter of that name.
  std::optional<std::string_view> query_value(std::string_view name) const;
  // The text that stands for {name} in the route; empty when the route has no such part.
  std::string_view path_parameter(std::string_view name) const;
};

// Sets target, path and query. The error is one sentence for the client (400): not an origin or
// absolute form, a bad percent escape, a control character, or text that is not UTF-8.
std::expected<void, std::string> set_target(Request& request, std::string_view target);

struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  // a literal; empty: no such field
  std::string body;
  std::vector<Parameter> headers;  // beyond content-type, content-length, date and connection
  bool close = false;              // close the connection after this response
};

// "Not Found" for 404; "Unknown" for a status that no RFC names.
std::string_view reason_phrase(int status);

bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace huiyin::http
