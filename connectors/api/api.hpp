// What all routes share.
#pragma once

#include <atomic>

#include "answers.hpp"
#include "gate.hpp"
#include "http/router.hpp"
#include "node/node.hpp"
#include "outlet/outlet.hpp"
#include "pending_commands.hpp"
#include "workers.hpp"

namespace huiyin::api {

struct Api {
  explicit Api(node::Node& n)
      : node(n),
        facts(std::make_shared<const engine::Facts>(n.principals().facts())),
        commands(n.commands(), to_response),
        workers(n.views(), 2),
        registry_workers(n.views(), 1) {
    if (auto* registry = n.registry())
      registry_commands.emplace(registry->commands(), to_registry_response);
  }

  node::Node& node;
  const std::shared_ptr<const engine::Facts> facts;
  PendingCommands<engine::Command> commands;
  std::optional<PendingCommands<engine::RegistryCommand>> registry_commands;
  Workers workers;
  Workers registry_workers;             // commands: in a cluster they may wait for a broker
  std::vector<outlet::Outlet> outlets;  // of config/outlets
};

// Each adds its routes. The Api outlives the router.
void add_command_routes(http::Router& router, Api& api);
void add_case_routes(http::Router& router, Api& api);
void add_list_routes(http::Router& router, Api& api);
void add_meeting_routes(http::Router& router, Api& api);
void add_people_routes(http::Router& router, Api& api);
void add_registry_routes(http::Router& router, Api& api);
void add_schedule_routes(http::Router& router, Api& api);
void add_registry_queries(http::Router& router, Api& api);
void add_qr_queries(http::Router& router, Api& api);
void add_duty_queries(http::Router& router, Api& api);
void add_supervision_queries(http::Router& router, Api& api);
// The error is a sentence: a setting asks for what is not there.
std::expected<void, std::string> add_intake_routes(http::Router& router, Api& api);
// Beside the intake, and open as that is.
void add_station_page(http::Router& router, Api& api);
class EventStreams;
void add_event_routes(http::Router& router, Api& api, EventStreams& streams);

}  // namespace huiyin::api
