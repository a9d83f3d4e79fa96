// The case as a kind of subject: what the processor, which knows none, must know of it. Another
// kind of subject is another struct with the same members.
#pragma once

#include "engine/command.hpp"
#include "engine/decide.hpp"
#include "engine/definition.hpp"
#include "events/case_codec.hpp"
#include "projections/case_fold.hpp"
#include "projections/view_store.hpp"

namespace huiyin::engine {

struct CaseKind {
  using State = projections::CaseState;
  using Command = engine::Command;
  using Event = events::CaseEvent;
  using Views = projections::ViewStore;
  using Change = projections::CaseChange;
  using Batch = projections::ViewBatch;
  using Rules = Definitions;

  static std::expected<Decision, Refusal> decide(const Rules& rules, const State& state,
                                                 const Command& command, events::Instant now) {
    return engine::decide(rules, state, command, now);
  }
  static std::optional<TimerEvent> next_timer(const Rules& rules, const State& state,
                                              events::Instant until) {
    const Definition* definition = rules.find(state.process);
    if (definition == nullptr) return std::nullopt;
    return engine::next_timer(*definition, state, until);
  }
  static void fold(State& state, const events::EnvelopeView& envelope, const Event& event) {
    projections::fold(state, envelope, event);
  }
  static void encode(std::string& out, const Event& event) {
    events::append_case_event(out, event);
  }
  // The version of an event of the same case that `decide` must be told of; nothing for most.
  static std::optional<std::uint32_t> looks_up(const Command& command);
  static void looked_up(Command& command, const Event& event);
  static std::expected<Event, std::string> decode(events::json::Parser& parser,
                                                  const events::FrameView& frame);
  // What a cached state takes, roughly.
  static std::size_t bytes(const State& state);
};

}  // namespace huiyin::engine
