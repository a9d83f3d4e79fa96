// The registry's subjects for the processor; see case_kind.hpp.
#pragma once

#include "engine/processor.hpp"
#include "engine/registry_command.hpp"

namespace huiyin::engine {

struct RegistryKind {
  using State = projections::SubjectState;
  using Command = RegistryCommand;
  using Event = events::RegistryEvent;
  using Views = projections::RegistryStore;
  using Change = projections::Change<State>;
  using Batch = projections::Batch<State>;
  using Rules = RegistryRules;

  static std::expected<RegistryDecision, Refusal> decide(const Rules& rules, const State& state,
                                                         const Command& command,
                                                         events::Instant now) {
    return engine::decide(rules, state, command, now);
  }
  // Nothing of the registry happens by itself.
  struct Timer {
    Event event;
    std::string key;
  };
  static std::optional<Timer> next_timer(const Rules& /*rules*/, const State& /*state*/,
                                         events::Instant /*until*/) {
    return std::nullopt;
  }
  static void fold(State& state, const events::EnvelopeView& envelope, const Event& event) {
    projections::fold(state, envelope, event);
  }
  static void encode(std::string& out, const Event& event) {
    events::append_registry_event(out, event);
  }
  static std::optional<std::uint32_t> looks_up(const Command& /*command*/) { return std::nullopt; }
  static void looked_up(Command& /*command*/, const Event& /*event*/) {}
  static std::expected<Event, std::string> decode(events::json::Parser& parser,
                                                  const events::FrameView& frame);
  static std::size_t bytes(const State& state);
};

using RegistryProcessor = Processor<RegistryKind>;
extern template class Processor<RegistryKind>;

}  // namespace huiyin::engine
