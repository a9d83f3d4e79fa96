// Who rates, and what the ratings of a lane amount to.
#pragma once

#include <string>
#include <vector>

#include "engine/definition.hpp"
#include "projections/case_state.hpp"

namespace huiyin::engine {

// The deputies whose rating is asked for, by the definition's `raters`.
std::vector<std::string> raters(const Policy& policy, const projections::CaseState& state);

// Every rater has rated the lane's reply of its current round (`none` included).
bool is_rated(const Policy& policy, const projections::CaseState& state,
              const projections::Lane& lane);

// Dissatisfied by the definition's `result` rule.
bool is_dissatisfied(const Policy& policy, const projections::CaseState& state,
                     const projections::Lane& lane);

}  // namespace huiyin::engine
