#include "serving.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "api/waiting_room.hpp"
#include "kafka/topics.hpp"
#include "node/complaints.hpp"
#include "node/logging.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

// Together nothing hangs longer than five seconds.
constexpr std::chrono::milliseconds http_stop_time{3'000};
constexpr std::chrono::milliseconds stop_time{5'000};
constexpr std::chrono::milliseconds last_second{1'000};

// A cluster that is not there is asked this long, and again after a pause.
constexpr std::chrono::milliseconds ask_patience{5'000};
constexpr std::chrono::milliseconds ask_again{2'000};

// Some calls of librdkafka wait for a broker for as long as it takes, whatever time they are given.
// A process may end at any moment (tests/faults): what was acknowledged is in Kafka, and who was
// not answered asks again.
void end_process_after(std::chrono::milliseconds time) {
  std::thread([time] {
    std::this_thread::sleep_for(time);
    node::log(node::LogLevel::warning, "stopped without waiting for the cluster any longer");
    std::_Exit(done);
  }).detach();
}

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
  if (node.settings().kafka) end_process_after(stop_time + last_second);
  server->stop();
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  node.stop(std::max(stop_time - spent, stop_time - http_stop_time));
}

Result<bool> wait_for_cluster(const node::Settings& settings) {
  if (!settings.kafka) return true;
  const kafka::TopicsRequest request{.partitions = settings.partitions, .patience = ask_patience};
  std::unique_ptr<api::WaitingRoom> room;
  node::Complaints said;
  for (;;) {
    const auto refusal = kafka::check_for_start(*settings.kafka, request);
    if (refusal && *refusal) return fail("cannot-serve", **refusal);
    if (refusal) return true;
    const std::string reason = "no broker answers yet: " + to_text(refusal.error());
    if (said.due(reason)) {
      node::log(node::LogLevel::warning, "waiting for the cluster",
                {{"bootstrap", settings.kafka->bootstrap}, {"detail", to_text(refusal.error())}});
    }
    if (room == nullptr) {
      auto opened = api::WaitingRoom::open({.address = settings.address, .port = settings.port});
      if (!opened) return fail("cannot-serve", opened.error());
      room = std::move(*opened);
    }
    room->say(reason);
    if (wait_for_stop(ask_again)) return false;
  }
}

std::string url_of(const std::string& address, std::uint16_t port) {
  const bool six = address.find(':') != std::string::npos;
  return "http://" + (six ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

}  // namespace huiyin::cli
