// What may happen next. Pure: the same arguments give the same answer, nothing is read or written.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.hpp"
#include "engine/definition.hpp"
#include "projections/case_state.hpp"

namespace huiyin::engine {

enum class RefusalCode : std::uint8_t {
  no_such_case,
  case_exists,
  unknown_process,  // no definition in force, or the pinned one is not loaded
  not_permitted,    // the role may not give this command here
  wrong_stage,      // the process does not allow it from this stage
  guard_failed,     // a named condition does not hold
  invalid,          // the body does not fit the case: no such lane, unknown code, bad time
  stale_version,    // If-Match
};
constexpr auto names(RefusalCode) {
  return std::array<std::string_view, 8>{"no-such-case",  "case-exists",  "unknown-process",
                                         "not-permitted", "wrong-stage",  "guard-failed",
                                         "invalid",       "stale-version"};
}

struct Refusal {
  RefusalCode code{};
  std::string rule;                  // "S4-14", a guard's name, or the definition's line
  std::string detail;                // a sentence for people
  std::vector<CommandType> allowed;  // the commands now open to this role
};

// The rule of a refusal that means "this is so already": a follow-up that came twice.
inline constexpr std::string_view already_done = "already-done";

struct Decision {
  std::vector<events::CaseEvent> events;  // at least one
  std::string process;                    // what the case is pinned to after them
};

// `state.version` 0 means that there is no such case. `now` is the engine's clock. Timers up to the
// command's occurred_at must have fired already (see next_timer).
std::expected<Decision, Refusal> decide(const Definitions& definitions,
                                        const projections::CaseState& state, const Command& command,
                                        events::Instant now);

// The commands that this actor could now give with some body.
std::vector<CommandType> allowed(const Definitions& definitions,
                                 const projections::CaseState& state, const Actor& actor,
                                 const std::string& behalf, events::Instant now);

// The earliest threshold of a running clock at or before `until`, as the event that it makes; call,
// fold, and call again until there is none. Ties go by clock key. Thresholds of provisional clocks
// only warn.
struct TimerEvent {
  events::CaseEvent event;
  std::string key;  // unique per (case, clock instance, threshold, instant): its id derives from it
};
std::optional<TimerEvent> next_timer(const Definition& definition,
                                     const projections::CaseState& state, events::Instant until);

}  // namespace huiyin::engine
