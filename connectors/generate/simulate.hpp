// Lives planned steps through the engine: decide, fold, timers and follow-ups, as the runtime does
// them, but without a queue and with the business time as the clock.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "engine/decide.hpp"
#include "events/envelope.hpp"
#include "life.hpp"

namespace huiyin::generate {

// One event: its envelope without a sequence, which the log's order gives, and its data.
using EventSink = std::function<std::expected<void, std::string>(const events::Envelope& envelope,
                                                                 std::string_view data)>;

class Simulator {
 public:
  Simulator(const engine::Definitions& definitions, std::string source, EventSink sink);

  // All of a life up to and including `until`. A refusal is an error: plans are made to be
  // accepted.
  std::expected<void, std::string> live(const Life& life, Instant until);

  std::uint64_t commands() const { return commands_; }

 private:
  using Done = std::expected<void, std::string>;

  Done step(const Life& life, const Step& step);
  Done give(engine::Command command);
  Done follow(const std::string& asker, Instant at, const events::FollowUp& follow_up);
  Done fire_timers(projections::CaseState& state, Instant until);
  Done write(projections::CaseState& state, const events::CaseEvent& event,
             const std::string& process);
  // Null: no case of this life.
  projections::CaseState* find(const std::string& case_id);

  const engine::Definitions& definitions_;
  EventSink sink_;
  std::vector<std::string> ids_;
  std::vector<projections::CaseState> states_;
  events::Envelope envelope_;
  std::string data_;
  std::uint64_t commands_ = 0;
};

}  // namespace huiyin::generate
