// How every query is answered: who asks, may they, are the views far enough (`at_least`), and on
// which thread.
#pragma once

#include <expected>
#include <functional>

#include "api.hpp"

namespace huiyin::api {

enum class Weight {
  light,  // microseconds: on the HTTP loop itself
  heavy,  // scans: on a worker
};

// Checks the request's parameters and gives what will answer it, run once the views are ready.
using QueryPlan = std::expected<std::function<http::Response()>, http::Response> (*)(
    Api& api, const Caller& caller, const http::Request& request);

void answer_query(Api& api, http::Request&& request, http::Responder&& responder, QueryPlan plan,
                  Weight weight);

}  // namespace huiyin::api
