// The fold: state and event give the next state. Pure, total (any event folds into any state), and
// needs nothing but what the event carries.
#pragma once

#include "events/envelope.hpp"
#include "projections/case_state.hpp"

namespace huiyin::projections {

void fold(CaseState& state, const events::EnvelopeView& envelope, const events::CaseEvent& event);

}  // namespace huiyin::projections
