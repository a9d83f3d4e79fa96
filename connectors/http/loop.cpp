#include "loop.hpp"

#include <algorithm>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/socket.h>

#include "connection.hpp"
#include "response_text.hpp"

namespace huiyin::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr std::size_t read_bytes = 64 * 1024;  // one read: many pipelined requests
constexpr std::size_t held_bytes = 16 * 1024;  // what a parser may have left, beside the header
constexpr std::size_t spare_parsers = 64;      // parsers are for requests that are half there
constexpr int accept_queue_length = 4096;      // a burst of clients, within the system's bound

bool out_of_resources(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_memory ||
         error == asio::error::no_buffer_space ||
         error == boost::system::errc::too_many_files_open_in_system;
}

}  // namespace

Loop::Loop(std::shared_ptr<Shared> shared)
    : shared_(std::move(shared)),
      mailbox_(std::make_shared<Mailbox>([this] { asio::post(io_, [this] { deliver_batch(); }); })),
      input_(read_bytes + held_bytes + shared_->limits.header_bytes) {}

Loop::~Loop() { mailbox_->close(); }

std::expected<void, std::string> Loop::listen(const tcp::endpoint& endpoint) {
  using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  error_code error;
  const auto failed = [&](const char* step) {
    return std::unexpected(std::string(step) + ": " + error.message());
  };
  if (acceptor_.open(endpoint.protocol(), error)) return failed("socket");
  if (acceptor_.set_option(tcp::acceptor::reuse_address(true), error))
    return failed("SO_REUSEADDR");
  if (acceptor_.set_option(ReusePort(true), error)) return failed("SO_REUSEPORT");
  if (acceptor_.bind(endpoint, error)) return failed("bind");
  if (acceptor_.listen(accept_queue_length, error)) return failed("listen");
  return {};
}

tcp::endpoint Loop::endpoint() const {
  error_code error;
  return acceptor_.local_endpoint(error);
}

void Loop::run() {
  asio::co_spawn(io_, accept_loop(), asio::detached);
  asio::co_spawn(io_, tick_loop(), asio::detached);
  io_.run();
  mailbox_->close();
}

void Loop::stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    error_code ignored;
    std::ignore = acceptor_.close(ignored);
    backoff_timer_.cancel();
    const auto connections = connections_;  // they leave the list as they end
    for (const auto& connection : connections) connection->begin_stop();
    if (connections_.empty()) tick_timer_.cancel();
  });
}

void Loop::abort() {
  asio::post(io_, [this] {
    const auto connections = connections_;
    for (const auto& connection : connections) connection->close();
  });
}

asio::awaitable<void> Loop::accept_loop() {
  while (acceptor_.is_open()) {
    auto [error, socket] = co_await acceptor_.async_accept(as_result);
    if (!error) {
      add(std::move(socket));
    } else if (out_of_resources(error)) {
      // The connection stays in the queue: trying at once would only spin.
      Counters::count(counters_.accept_failures);
      backoff_timer_.expires_after(shared_->limits.accept_backoff_time);
      co_await backoff_timer_.async_wait(as_result);
    }
  }
}

void Loop::add(tcp::socket socket) {
  const Limits& limits = shared_->limits;
  const auto connections = shared_->connections.load(std::memory_order_relaxed);
  if (stopping_ || connections >= limits.connections + limits.connections_being_refused) {
    Counters::count(counters_.refused);
    return;
  }
  Counters::count(counters_.accepted);
  shared_->connections.fetch_add(1, std::memory_order_relaxed);
  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
  connection->index = connections_.size();
  connections_.push_back(connection);
  if (connections < limits.connections) {
    connection->start();
  } else {
    Counters::count(counters_.refused);
    connection->start_refused();
  }
}

void Loop::remove(Connection& connection) {
  const auto index = connection.index;
  if (index + 1 != connections_.size()) {
    connections_[index] = std::move(connections_.back());
    connections_[index]->index = index;
  }
  connections_.pop_back();
  shared_->connections.fetch_sub(1, std::memory_order_relaxed);
  if (stopping_ && connections_.empty()) tick_timer_.cancel();
}

// One coarse tick for all connections instead of a timer each: arming timers per request costs more
// than looking over ten thousand deadlines a few times a second.
asio::awaitable<void> Loop::tick_loop() {
  const auto interval = tick_interval();
  while (!stopping_ || !connections_.empty()) {
    tick_timer_.expires_after(interval);
    co_await tick_timer_.async_wait(as_result);
    const auto time = now();
    // Backwards: a connection that ends is replaced by one that was looked at already.
    for (std::size_t i = connections_.size(); i-- > 0;) {
      if (i >= connections_.size()) continue;
      const auto connection = connections_[i];
      connection->tick(time);
    }
  }
}

std::chrono::milliseconds Loop::tick_interval() const {
  using std::chrono::milliseconds;
  const Limits& limits = shared_->limits;
  const auto shortest =
      std::min({limits.header_time, limits.request_time, limits.answer_time, limits.idle_time,
                limits.write_time, limits.linger_time, limits.heartbeat_time});
  return std::clamp(shortest / 4, milliseconds(10), milliseconds(1'000));
}

void Loop::deliver_batch() {
  mailbox_->take(batch_);
  for (Delivery& delivery : batch_) delivery.connection->deliver(delivery);
  // First all are stored and then each connection writes once, however many answers it got.
  for (const Delivery& delivery : batch_) delivery.connection->settle_delivered();
  batch_.clear();
}

std::string_view Loop::date() {
  const std::time_t second = std::time(nullptr);
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

std::unique_ptr<RequestParser> Loop::take_parser() {
  if (spare_parsers_.empty()) {
    return std::make_unique<RequestParser>(shared_->limits, shared_->body_limit);
  }
  auto parser = std::move(spare_parsers_.back());
  spare_parsers_.pop_back();
  return parser;
}

void Loop::give_back(std::unique_ptr<RequestParser> parser) {
  if (spare_parsers_.size() >= spare_parsers) return;
  parser->reset();
  spare_parsers_.push_back(std::move(parser));
}

}  // namespace huiyin::http
