// What of a deputy's record everybody may see.
#pragma once

#include "projections/registry_state.hpp"

namespace huiyin::api {

// Leaves the public card (S4-8): all of it of county and township deputies, of those of upper
// levels what they agreed to show.
void keep_card(projections::DeputyState& deputy);

}  // namespace huiyin::api
