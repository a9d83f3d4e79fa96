// How far a due date lies back, for queries: by the calendar and zone that suggestions use.
#pragma once

#include <functional>

#include "engine/definition.hpp"
#include "projections/overdue_query.hpp"

namespace huiyin::node {

// The definitions outlive the function. On the due day itself nothing is over.
std::function<projections::DaysOver(events::Instant due)> days_over_at(
    const engine::Definitions& definitions, events::Instant now);

}  // namespace huiyin::node
