#include "http/server.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <pthread.h>

#include "loop.hpp"

namespace huiyin::http {
namespace {

using boost::asio::ip::tcp;

// Of Limits::stop_time, what is kept for cutting off and joining.
constexpr std::chrono::milliseconds cut_off_reserve{250};

}  // namespace

struct Server::Implementation {
  std::shared_ptr<Shared> shared = std::make_shared<Shared>();
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
  std::mutex mutex;
  std::condition_variable ended;
  std::size_t running = 0;

  void run(Loop& loop) {
    ::pthread_setname_np(::pthread_self(), "http");  // so that top and profiles tell it apart
    loop.run();
    const std::lock_guard lock(mutex);
    --running;
    ended.notify_all();
  }
};

std::expected<std::unique_ptr<Server>, ServerError> Server::start(const ServerOptions& options,
                                                                  Handler handler,
                                                                  BodyLimit body_limit) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(options.address, error);
  if (error) {
    return std::unexpected(ServerError{ServerErrorCode::bad_address,
                                       options.address + " is not a numeric IP address"});
  }
  auto self = std::make_unique<Implementation>();
  self->shared->limits = options.limits;
  self->shared->handler = std::move(handler);
  self->shared->body_limit = std::move(body_limit);
  tcp::endpoint endpoint(address, options.port);
  for (unsigned i = 0; i < std::max(1U, options.threads); ++i) {
    auto loop = std::make_unique<Loop>(self->shared);
    if (auto listening = loop->listen(endpoint); !listening) {
      return std::unexpected(ServerError{
          ServerErrorCode::cannot_listen,
          options.address + " port " + std::to_string(endpoint.port()) + ": " + listening.error()});
    }
    endpoint = loop->endpoint();  // the other loops share the port that the first one found
    self->loops.push_back(std::move(loop));
  }
  self->port = endpoint.port();
  self->running = self->loops.size();
  for (const auto& loop : self->loops) {
    self->threads.emplace_back(
        [implementation = self.get(), &loop = *loop] { implementation->run(loop); });
  }
  return std::unique_ptr<Server>(new Server(std::move(self)));
}

Server::Server(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

Server::~Server() { stop(); }

std::uint16_t Server::port() const { return implementation_->port; }

ServerStatistics Server::statistics() const {
  ServerStatistics sum;
  sum.connections_open = implementation_->shared->connections.load(std::memory_order_relaxed);
  for (const auto& loop : implementation_->loops) {
    const Counters& counters = loop->counters();
    sum.connections_accepted += counters.accepted.load(std::memory_order_relaxed);
    sum.connections_refused += counters.refused.load(std::memory_order_relaxed);
    sum.accept_failures += counters.accept_failures.load(std::memory_order_relaxed);
    sum.requests += counters.requests.load(std::memory_order_relaxed);
    sum.requests_malformed += counters.malformed.load(std::memory_order_relaxed);
    sum.handler_faults += counters.handler_faults.load(std::memory_order_relaxed);
    sum.streams_dropped += counters.streams_dropped.load(std::memory_order_relaxed);
  }
  return sum;
}

void Server::stop() {
  Implementation& self = *implementation_;
  if (self.threads.empty()) return;
  for (const auto& loop : self.loops) loop->stop();
  {
    std::unique_lock lock(self.mutex);
    const auto grace = self.shared->limits.stop_time - cut_off_reserve;
    if (!self.ended.wait_for(lock, grace, [&] { return self.running == 0; })) {
      for (const auto& loop : self.loops) loop->abort();
    }
  }
  for (std::thread& thread : self.threads) thread.join();
  self.threads.clear();
}

}  // namespace huiyin::http
