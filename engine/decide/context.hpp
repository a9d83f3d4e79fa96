// Shared by the files of decide: what one command is decided on, and how a handler answers.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/decide.hpp"

namespace huiyin::engine {

using events::CaseEventBody;
using events::Date;
using events::Instant;
using projections::CaseState;
using projections::ClockInstance;
using projections::Lane;
using projections::LaneStage;

struct Context {
  const Definitions& definitions;
  const Definition& definition;
  const Transition& transition;
  const CaseState& state;
  const Command& command;
  Actor as;  // whose act it is: the actor, or whom it acts for
  Instant at;
  Date day;
  Instant now;
};

// What a handler makes of a command: the event's body, and whom it concerns (which clocks).
struct Draft {
  CaseEventBody body;
  std::vector<std::uint16_t> lanes;  // started and stopped clocks of lanes are these lanes'
  std::string deputy;                // of a rating: whose rater clock stops
  std::optional<std::string> stage;  // where the definition does not say: settle, unmerge
  std::vector<events::FollowUp> follow_ups;
  std::vector<events::ClockChange> clocks;  // decided by the handler itself
  std::vector<std::uint16_t> ended_lanes;   // their clocks are cancelled
};

using Handled = std::expected<Draft, Refusal>;

inline std::unexpected<Refusal> refuse(RefusalCode code, std::string_view rule,
                                       std::string detail) {
  return std::unexpected(Refusal{code, std::string(rule), std::move(detail), {}});
}
inline std::unexpected<Refusal> invalid(std::string_view rule, std::string detail) {
  return refuse(RefusalCode::invalid, rule, std::move(detail));
}

}  // namespace huiyin::engine
