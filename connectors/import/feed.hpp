// Keeps the processor busy with an import's commands: a window of them is under way, answers are
// taken as they come. What the log could not take for a while is sent again, in the same order.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/processor.hpp"

namespace huiyin::import {

// One command under way: enough to make it again, and to say whose row it was.
struct Sent {
  std::string row;  // see row.hpp
  std::size_t command = 0;
  std::int64_t at_ms = 0;
};

class Feed final : public engine::AnswerSink {
 public:
  using Make = std::function<engine::Command(const Sent&)>;
  using Refused = std::function<void(const Sent&, const engine::Refusal&)>;

  // `make` builds the command of a Sent once more; `refused` is told of final refusals. Both are
  // called by the thread that calls send() and finish().
  Feed(engine::CaseProcessor& processor, Make make, Refused refused);
  ~Feed();  // waits for the answers that are still to come

  // Blocks while the window is full. An error: the log has not taken anything for a minute.
  std::expected<void, std::string> send(engine::Command command, Sent sent);
  // Waits until everything is answered.
  std::expected<void, std::string> finish();

  std::uint64_t accepted() const;
  std::uint64_t collected() const;

  void answered(std::span<engine::Answered> answers) override;

 private:
  enum class Standing : std::uint8_t { free, under_way, refused, failed };
  struct Slot {
    Standing standing = Standing::free;
    std::uint64_t token = 0;
    Sent sent;
    engine::Refusal refusal;
  };

  std::expected<void, std::string> submit(engine::Command command, Slot& slot);
  std::expected<void, std::string> settle(std::unique_lock<std::mutex>& lock);
  std::expected<void, std::string> send_again(std::unique_lock<std::mutex>& lock);
  void report(std::unique_lock<std::mutex>& lock);

  engine::CaseProcessor& processor_;
  Make make_;
  Refused refused_;

  mutable std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  std::vector<Slot> slots_;
  std::uint64_t next_ = 0;
  std::size_t under_way_ = 0, refusals_ = 0, failures_ = 0;
  std::uint64_t accepted_ = 0, collected_ = 0;
  std::string failure_;
};

}  // namespace huiyin::import
