// One thread's event loop with its listening socket and its connections.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/server.hpp"
#include "mailbox.hpp"
#include "request_parser.hpp"

namespace huiyin::http {

using TimePoint = std::chrono::steady_clock::time_point;

// What the loops of one server share. Connections hold it, so it outlives late responders.
struct Shared {
  Limits limits;
  Handler handler;
  BodyLimit body_limit;
  std::atomic<std::size_t> connections = 0;
};

// Written by one loop's thread, read by any.
struct alignas(64) Counters {
  std::atomic<std::uint64_t> accepted = 0;
  std::atomic<std::uint64_t> refused = 0;
  std::atomic<std::uint64_t> accept_failures = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> malformed = 0;
  std::atomic<std::uint64_t> streams_dropped = 0;
  std::atomic<std::uint64_t> handler_faults = 0;

  static void count(std::atomic<std::uint64_t>& counter) {
    counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
};

class Loop {
 public:
  explicit Loop(std::shared_ptr<Shared> shared);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Before run(). The error is a sentence.
  std::expected<void, std::string> listen(const boost::asio::ip::tcp::endpoint& endpoint);
  boost::asio::ip::tcp::endpoint endpoint() const;

  void run();    // until stopped and every connection has ended
  void stop();   // any thread: answer what has been asked, then end
  void abort();  // any thread: cut every connection off

  const Counters& counters() const { return counters_; }

  // For connections, on the loop's thread:
  boost::asio::io_context& io() { return io_; }
  const std::shared_ptr<Shared>& shared() const { return shared_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  Counters& counters() { return counters_; }
  bool stopping() const { return stopping_; }
  TimePoint now() const { return std::chrono::steady_clock::now(); }
  std::string_view date();
  // Scratch memory that all connections of the loop use in turn, so that an idle one needs none.
  std::vector<char>& input() { return input_; }
  std::string& output() { return output_; }
  std::unique_ptr<RequestParser> take_parser();
  void give_back(std::unique_ptr<RequestParser> parser);
  void remove(Connection& connection);

 private:
  boost::asio::awaitable<void> accept_loop();
  boost::asio::awaitable<void> tick_loop();
  void add(boost::asio::ip::tcp::socket socket);
  void deliver_batch();
  std::chrono::milliseconds tick_interval() const;

  std::shared_ptr<Shared> shared_;
  boost::asio::io_context io_{1};
  boost::asio::ip::tcp::acceptor acceptor_{io_};
  boost::asio::steady_timer tick_timer_{io_};
  boost::asio::steady_timer backoff_timer_{io_};
  std::shared_ptr<Mailbox> mailbox_;
  std::vector<Delivery> batch_;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::vector<std::unique_ptr<RequestParser>> spare_parsers_;
  std::vector<char> input_;
  std::string output_;
  std::time_t date_second_ = -1;
  std::string date_;
  bool stopping_ = false;
  Counters counters_;
};

}  // namespace huiyin::http
