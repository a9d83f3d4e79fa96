// Where commands wait to be decided: two bounded queues, the engine's own work before that of
// others.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <variant>
#include <vector>

#include "engine/processor.hpp"

namespace huiyin::engine {

using Moment = std::chrono::steady_clock::time_point;

template <class Kind>
struct Submission {
  std::variant<typename Kind::Command, Tick> work;
  std::uint64_t token = 0;
  AnswerSink* sink = nullptr;
  std::size_t bytes = 0;
  bool internal = false;
  Moment since{};
};

template <class Kind>
class Inbox {
 public:
  explicit Inbox(const ProcessorLimits& limits) : limits_(limits) {}

  std::expected<void, RuntimeError> push(Submission<Kind>&& one) {
    const std::lock_guard lock(mutex_);
    if (closed_) return refuse(RuntimeErrorCode::stopping, "the server is stopping");
    if (one.internal) {
      if (internal_.size() >= limits_.internal_commands) {
        return refuse(RuntimeErrorCode::queue_full, "the engine's own queue is full");
      }
      internal_.push_back(std::move(one));
    } else {
      if (full()) return refuse(RuntimeErrorCode::queue_full, "too many commands are waiting");
      bytes_ += one.bytes;
      outside_.push_back(std::move(one));
    }
    if (waiting_) work_.notify_one();
    return {};
  }

  // Waits for work, a wake() or the end; takes at most `limit` of each queue. False when it is
  // closed and nothing is left.
  bool take(std::vector<Submission<Kind>>& into, std::size_t limit) {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    work_.wait(lock, [&] { return woken_ || closed_ || !outside_.empty() || !internal_.empty(); });
    waiting_ = false;
    woken_ = false;
    move(internal_, into, limit);
    const std::size_t first = into.size();
    move(outside_, into, limit);
    for (std::size_t i = first; i < into.size(); ++i) bytes_ -= into[i].bytes;
    if (into.size() > first && !full()) room_.notify_all();
    return !closed_ || !into.empty();
  }

  bool wait_for_room(Moment deadline) {
    std::unique_lock lock(mutex_);
    return room_.wait_until(lock, deadline, [&] { return closed_ || !full(); });
  }

  void wake() {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    work_.notify_one();
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    work_.notify_all();
    room_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return outside_.size() + internal_.size();
  }

 private:
  static std::unexpected<RuntimeError> refuse(RuntimeErrorCode code, std::string detail) {
    return std::unexpected(RuntimeError{code, std::move(detail)});
  }
  bool full() const {
    return outside_.size() >= limits_.queue_commands || bytes_ >= limits_.queue_bytes;
  }
  static void move(std::deque<Submission<Kind>>& from, std::vector<Submission<Kind>>& into,
                   std::size_t limit) {
    for (std::size_t i = 0; i < limit && !from.empty(); ++i) {
      into.push_back(std::move(from.front()));
      from.pop_front();
    }
  }

  const ProcessorLimits& limits_;
  mutable std::mutex mutex_;
  std::condition_variable work_, room_;
  std::deque<Submission<Kind>> outside_, internal_;
  std::size_t bytes_ = 0;
  bool waiting_ = false;
  bool woken_ = false;
  bool closed_ = false;
};

}  // namespace huiyin::engine
