// What all routes share.
#pragma once

#include <atomic>

#include "gate.hpp"
#include "http/router.hpp"
#include "node/node.hpp"
#include "pending_commands.hpp"
#include "workers.hpp"

namespace huiyin::api {

struct Api {
  explicit Api(node::Node& n)
      : node(n),
        facts(std::make_shared<const engine::Facts>(n.principals().facts())),
        commands(n.commands()),
        workers(n.views(), 2) {}

  node::Node& node;
  const std::shared_ptr<const engine::Facts> facts;
  PendingCommands commands;
  Workers workers;
};

// Each adds its routes. The Api outlives the router.
void add_command_routes(http::Router& router, Api& api);
void add_case_routes(http::Router& router, Api& api);
void add_list_routes(http::Router& router, Api& api);
void add_people_routes(http::Router& router, Api& api);
class EventStreams;
void add_event_routes(http::Router& router, Api& api, EventStreams& streams);

}  // namespace huiyin::api
