// Answers on their way from any thread to the loop that owns their connection. The loop is woken
// once per batch, not once per answer: that is most of what an answer from another thread costs.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "http/message.hpp"
#include "http/responder.hpp"

namespace huiyin::http {

class Connection;

struct StreamOpening {
  StreamHead head;
  std::shared_ptr<StreamChannel> channel;
};

struct Delivery {
  enum class Kind : std::uint8_t { response, stream_opening, stream_bytes };
  Kind kind = Kind::response;
  std::shared_ptr<Connection> connection;
  std::uint64_t sequence = 0;
  Response response;
  std::unique_ptr<StreamOpening> stream;
};

class Mailbox {
 public:
  // `wake` is called under the lock when the first delivery of a batch comes; it must be short.
  explicit Mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Any thread. After close() deliveries are dropped.
  void push(Delivery&& delivery);
  // The loop's thread: swaps the waiting deliveries into `batch`, which must be empty.
  void take(std::vector<Delivery>& batch);
  void close();

 private:
  std::mutex mutex_;
  std::function<void()> wake_;  // empty once closed
  std::vector<Delivery> waiting_;
};

}  // namespace huiyin::http
