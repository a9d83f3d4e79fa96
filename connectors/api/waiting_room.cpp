#include "api/waiting_room.hpp"

#include <mutex>

#include "http/problem.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace huiyin::api {

struct WaitingRoom::Parts {
  std::mutex mutex;
  std::string reason = "the cluster has not answered yet";
  std::unique_ptr<http::Server> server;

  void answer(http::Request&& request, http::Responder&& responder) {
    if (request.path() == "/healthz") {
      http::Response alive;
      alive.body = R"({"status":"ok"})";
      return responder(std::move(alive));
    }
    const std::lock_guard lock(mutex);
    auto response = http::problem(503, "not-ready", reason);
    response.headers.push_back({"Retry-After", "5"});
    responder(std::move(response));
  }
};

WaitingRoom::WaitingRoom(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

WaitingRoom::~WaitingRoom() { parts_->server->stop(); }

std::expected<std::unique_ptr<WaitingRoom>, std::string> WaitingRoom::open(
    const ApiOptions& options) {
  auto parts = std::make_unique<Parts>();
  auto server = http::Server::start(
      {.address = options.address, .port = options.port, .threads = 1, .limits = options.limits},
      [p = parts.get()](http::Request&& request, http::Responder&& responder) {
        p->answer(std::move(request), std::move(responder));
      });
  if (!server) return std::unexpected(server.error().detail);
  parts->server = std::move(*server);
  return std::unique_ptr<WaitingRoom>(new WaitingRoom(std::move(parts)));
}

void WaitingRoom::say(std::string reason) {
  const std::lock_guard lock(parts_->mutex);
  parts_->reason = std::move(reason);
}

}  // namespace huiyin::api
