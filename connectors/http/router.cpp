#include "http/router.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "http/percent.hpp"
#include "http/problem.hpp"

namespace huiyin::http {
namespace {

// "/a/b" has the parts a and b; "/a/" has a and an empty one, which no segment matches.
std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path == "/") return parts;
  path.remove_prefix(1);
  parts.reserve(8);
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool answers(std::string_view route_method, std::string_view method) {
  return route_method == method || (method == "HEAD" && route_method == "GET");
}

[[noreturn]] void refuse_template(std::string_view path, const char* why) {
  std::fprintf(stderr, "router: template %.*s %s\n", static_cast<int>(path.size()), path.data(),
               why);
  std::abort();
}

}  // namespace

void Router::add(std::string_view method, std::string_view path, Handler handler,
                 RouteOptions options) {
  if (!path.starts_with('/')) refuse_template(path, "does not begin with a slash");
  Route route{std::string(method), std::string(path), {}, std::move(handler), options};
  for (const std::string_view part : split(path)) {
    const bool is_parameter = part.starts_with('{') && part.ends_with('}') && part.size() > 2;
    if (part.empty() || (!is_parameter && part.find_first_of("{}") != std::string_view::npos)) {
      refuse_template(path, "has a malformed segment");
    }
    const auto text = is_parameter ? part.substr(1, part.size() - 2) : part;
    route.segments.push_back({std::string(text), is_parameter});
  }
  const auto same_shape = [&](const Route& other) {
    return other.method == route.method &&
           std::ranges::equal(other.segments, route.segments, [](const auto& a, const auto& b) {
             return a.is_parameter == b.is_parameter && (a.is_parameter || a.text == b.text);
           });
  };
  if (std::ranges::any_of(routes_, same_shape)) refuse_template(path, "is already taken");
  // Left to right, literal before parameter.
  const auto better = [](const Route& a, const Route& b) {
    return std::ranges::lexicographical_compare(a.segments, b.segments, {}, &Segment::is_parameter,
                                                &Segment::is_parameter);
  };
  routes_.insert(std::ranges::upper_bound(routes_, route, better), std::move(route));
}

bool Router::matches(const Route& route, const Parts& parts) {
  return std::ranges::equal(route.segments, parts,
                            [](const Segment& segment, std::string_view part) {
                              return segment.is_parameter ? !part.empty() : segment.text == part;
                            });
}

const Router::Route* Router::find(std::string_view method, const Parts& parts) const {
  for (const Route& route : routes_) {
    if (answers(route.method, method) && matches(route, parts)) return &route;
  }
  return nullptr;
}

std::string Router::allowed_methods(const Parts& parts) const {
  std::vector<std::string_view> methods;
  for (const Route& route : routes_) {
    if (!matches(route, parts)) continue;
    methods.push_back(route.method);
    if (route.method == "GET") methods.push_back("HEAD");
  }
  std::ranges::sort(methods);
  const auto repeated = std::ranges::unique(methods);
  methods.erase(repeated.begin(), repeated.end());
  std::string joined;
  for (const std::string_view method : methods) {
    if (!joined.empty()) joined += ", ";
    joined += method;
  }
  return joined;
}

void Router::operator()(Request&& request, Responder&& responder) const {
  const Parts parts = split(request.path());
  const Route* route = find(request.method, parts);
  if (route == nullptr) {
    std::string allowed = allowed_methods(parts);
    if (allowed.empty()) {
      responder(problem(404, "not-found", "There is nothing at this path."));
      return;
    }
    Response response = problem(405, "method-not-allowed", "This path allows: " + allowed + ".");
    response.headers.push_back({"Allow", std::move(allowed)});
    responder(std::move(response));
    return;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!route->segments[i].is_parameter) continue;
    auto value = percent_decode(parts[i], Plus::literal);
    if (!value) {
      responder(problem(400, "bad-path", "The path holds a bad percent escape or is not UTF-8."));
      return;
    }
    request.path_parameters.push_back({route->segments[i].text, std::move(*value)});
  }
  request.route = route->path;
  route->handler(std::move(request), std::move(responder));
}

std::size_t Router::body_bytes(std::string_view method, std::string_view path,
                               std::size_t otherwise) const {
  if (!path.starts_with('/')) return otherwise;
  const Route* route = find(method, split(path));
  return route == nullptr ? otherwise : route->options.body_bytes.value_or(otherwise);
}

}  // namespace huiyin::http
