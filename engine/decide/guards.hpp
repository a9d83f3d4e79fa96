// The named conditions of definitions.
#pragma once

#include <string_view>

#include "engine/definition.hpp"
#include "projections/case_state.hpp"

namespace huiyin::engine {

bool holds(Guard guard, const Definition& definition, const projections::CaseState& state);

// What a refusal says when the guard does not hold, and the rule it comes from.
struct GuardText {
  std::string_view rule;
  std::string_view message;
};
GuardText text_of(Guard guard);

}  // namespace huiyin::engine
