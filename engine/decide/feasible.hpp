// Whether a command could be given at all now, with the best of bodies: the part of every check
// that depends on the case, the actor and the process alone. `decide` refuses by it, `allowed`
// lists by it.
#pragma once

#include <expected>
#include <optional>

#include "context.hpp"

namespace huiyin::engine {

// The actor in the role that counts: its own, or that of whom it acts for. Nothing when the
// definition lets neither give this command.
std::optional<Actor> acting_as(const Definition& definition, const Transition& transition,
                               const Actor& actor, const std::string& behalf);

// Role, guards of the definition, and the guards that stand in code.
std::expected<Actor, Refusal> feasible(const Definitions& definitions, const Definition& definition,
                                       const Transition& transition, const CaseState& state,
                                       const Actor& actor, const std::string& behalf, Instant at);

}  // namespace huiyin::engine
