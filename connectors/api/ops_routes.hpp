// What operators ask.
#pragma once

#include <functional>

#include "api.hpp"
#include "http/server.hpp"

namespace huiyin::api {

struct OpsSource {
  std::function<http::ServerStatistics()> http_statistics;
};

void add_ops_routes(http::Router& router, Api& api, const OpsSource& source);

}  // namespace huiyin::api
