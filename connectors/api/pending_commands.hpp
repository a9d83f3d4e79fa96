// Commands that were given to the engine and are not answered yet: token to responder.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/command_port.hpp"
#include "http/responder.hpp"

namespace huiyin::api {

class PendingCommands final : public engine::AnswerSink {
 public:
  explicit PendingCommands(engine::CaseCommands& commands) : commands_(commands) {}

  // Submits; answers at once when the engine does not take it. Any thread.
  void submit(engine::Command command, http::Responder responder, std::size_t body_bytes);

  // How many wait now.
  std::size_t size() const;

  void answered(std::span<engine::Answered> answers) override;

 private:
  struct Slot {
    std::optional<http::Responder> responder;
    bool collects = false;
  };
  std::uint64_t put(http::Responder responder, bool collects);
  Slot take(std::uint64_t token);

  engine::CaseCommands& commands_;
  mutable std::mutex mutex_;
  std::vector<Slot> slots_;
  std::vector<std::uint64_t> free_;
};

}  // namespace huiyin::api
