// From method and path to the handler.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/responder.hpp"

namespace huiyin::http {

struct RouteOptions {
  std::optional<std::size_t> body_bytes;  // a body bound of its own (Limits::body_bytes otherwise)
};

// Filled once, then used from any thread. A literal segment wins over a parameter; HEAD goes to the
// GET route. Path unknown: 404; method not: 405 with Allow; a bad percent escape: 400.
class Router {
 public:
  // `path` is a template like "/v1/cases/{id}/history"; each {name} stands for one whole segment
  // that is not empty. Aborts on a template that is malformed or already taken.
  void add(std::string_view method, std::string_view path, Handler handler,
           RouteOptions options = {});

  void operator()(Request&& request, Responder&& responder) const;

  // The route's own body bound, or `otherwise`.
  std::size_t body_bytes(std::string_view method, std::string_view path,
                         std::size_t otherwise) const;

 private:
  struct Segment {
    std::string text;
    bool is_parameter;
  };
  struct Route {
    std::string method;
    std::string path;
    std::vector<Segment> segments;
    Handler handler;
    RouteOptions options;
  };
  using Parts = std::vector<std::string_view>;

  static bool matches(const Route& route, const Parts& parts);
  const Route* find(std::string_view method, const Parts& parts) const;
  std::string allowed_methods(const Parts& parts) const;

  std::vector<Route> routes_;  // literal before parameter, so that the first match is the best
};

}  // namespace huiyin::http
