#include "serving.hpp"

#include <algorithm>
#include <chrono>

namespace huiyin::cli {
namespace {

// Together nothing hangs longer than five seconds.
constexpr std::chrono::milliseconds http_stop_time{3'000};
constexpr std::chrono::milliseconds stop_time{5'000};

}  // namespace

Result<std::unique_ptr<api::ApiServer>> start_serving(node::Node& node, std::uint16_t port) {
  const auto& settings = node.settings();
  api::ApiOptions options{
      .address = settings.address, .port = port, .threads = settings.http_threads};
  options.limits.stop_time = http_stop_time;
  auto server = api::ApiServer::start(node, options);
  if (!server) return fail("cannot-serve", server.error());
  return std::move(*server);
}

void stop_serving(std::unique_ptr<api::ApiServer> server, node::Node& node) {
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  node.stop(std::max(stop_time - spent, stop_time - http_stop_time));
}

std::string url_of(const std::string& address, std::uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  return "http://" + (six ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace huiyin::cli
