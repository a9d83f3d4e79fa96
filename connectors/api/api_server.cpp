#include "api/api_server.hpp"

#include "api.hpp"
#include "event_stream.hpp"
#include "http/server.hpp"
#include "ops_routes.hpp"

namespace huiyin::api {

// In the order in which they may be torn down from the end: the server first, then what its
// handlers use.
struct ApiServer::Parts {
  explicit Parts(node::Node& node) : api(node), streams(node.log()) {}

  Api api;
  EventStreams streams;
  OpsSource ops;
  http::Router router;
  std::unique_ptr<http::Server> server;
};

ApiServer::ApiServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

ApiServer::~ApiServer() { stop(); }

std::expected<std::unique_ptr<ApiServer>, std::string> ApiServer::start(node::Node& node,
                                                                        const ApiOptions& options) {
  auto parts = std::make_unique<Parts>(node);
  Parts& p = *parts;
  auto outlets = outlet::load_outlets(node.settings().config / "outlets");
  if (!outlets) return std::unexpected(outlet::to_text(outlets.error().front()));
  p.api.outlets = std::move(*outlets);
  p.ops.http_statistics = [&p] { return p.server->statistics(); };
  if (node.settings().has(node::ClusterRole::gateway)) {
    add_command_routes(p.router, p.api);
    add_registry_routes(p.router, p.api);
    add_meeting_routes(p.router, p.api);
    add_schedule_routes(p.router, p.api);
    if (auto added = add_intake_routes(p.router, p.api); !added)
      return std::unexpected(added.error());
  }
  if (node.settings().has(node::ClusterRole::query)) {
    add_case_routes(p.router, p.api);
    add_list_routes(p.router, p.api);
    add_people_routes(p.router, p.api);
    add_registry_queries(p.router, p.api);
    add_qr_queries(p.router, p.api);
    add_duty_queries(p.router, p.api);
    add_supervision_queries(p.router, p.api);
    add_event_routes(p.router, p.api, p.streams);
  }
  add_ops_routes(p.router, p.api, p.ops);
  node.on_commit([&p] { p.streams.wake(); });
  auto server = http::Server::start({.address = options.address,
                                     .port = options.port,
                                     .threads = options.threads,
                                     .limits = options.limits},
                                    [&p](http::Request&& request, http::Responder&& responder) {
                                      p.router(std::move(request), std::move(responder));
                                    });
  if (!server) return std::unexpected(server.error().detail);
  p.server = std::move(*server);
  return std::unique_ptr<ApiServer>(new ApiServer(std::move(parts)));
}

std::uint16_t ApiServer::port() const { return parts_->server->port(); }

void ApiServer::stop() {
  parts_->api.node.on_commit({});
  if (parts_->server != nullptr) parts_->server->stop();
}

}  // namespace huiyin::api
