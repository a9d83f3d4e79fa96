// A body that the engine must accept for a command that it lists as allowed: the other half of what
// "allowed is true" means. Looks only at the state, as a well-informed user would.
#pragma once

#include <random>
#include <string>

#include "engine/decide.hpp"

namespace huiyin::model {

struct Wish {
  const engine::Definitions& definitions;
  const engine::Definition& definition;
  const projections::CaseState& state;
  engine::Actor actor;
  events::Instant now;
  std::mt19937_64& random;
  std::string other_case;  // a case to link to
};

engine::CommandBody good_body(const Wish& wish, engine::CommandType command);

// A body for a new case of that kind, as this actor would give it.
events::Collected new_case(std::mt19937_64& random, events::Kind kind, const engine::Actor& actor);

}  // namespace huiyin::model
