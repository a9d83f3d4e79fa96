// Commands that were given to an engine and are not answered yet: token to responder.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/command_port.hpp"
#include "http/responder.hpp"

namespace huiyin::api {

template <class Command>
class PendingCommands final : public engine::AnswerSink {
 public:
  // `founds`: the command makes a new subject.
  using Render = http::Response (*)(const engine::Answer& answer, bool founds);

  PendingCommands(engine::CommandPort<Command>& commands, Render render)
      : commands_(commands), render_(render) {}

  // Submits; answers at once when the engine does not take it. Any thread.
  void submit(Command command, http::Responder responder, std::size_t body_bytes, bool founds) {
    const std::uint64_t token = put(std::move(responder), founds);
    const auto taken = commands_.submit(std::move(command), token, *this, body_bytes);
    if (!taken) answer(token, engine::Answer(taken.error()));
  }

  // How many wait now.
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return slots_.size() - free_.size();
  }

  void answered(std::span<engine::Answered> answers) override {
    for (engine::Answered& answered : answers) answer(answered.token, answered.answer);
  }

 private:
  struct Slot {
    std::optional<http::Responder> responder;
    bool founds = false;
  };

  std::uint64_t put(http::Responder responder, bool founds) {
    const std::lock_guard lock(mutex_);
    std::uint64_t token = slots_.size();
    if (free_.empty()) {
      slots_.emplace_back();
    } else {
      token = free_.back();
      free_.pop_back();
    }
    slots_[token] = Slot{std::move(responder), founds};
    return token;
  }

  Slot take(std::uint64_t token) {
    const std::lock_guard lock(mutex_);
    Slot slot = std::move(slots_[token]);
    slots_[token].responder.reset();
    free_.push_back(token);
    return slot;
  }

  void answer(std::uint64_t token, const engine::Answer& answer) {
    Slot slot = take(token);
    (*slot.responder)(render_(answer, slot.founds));
  }

  engine::CommandPort<Command>& commands_;
  const Render render_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::vector<std::uint64_t> free_;
};

}  // namespace huiyin::api
