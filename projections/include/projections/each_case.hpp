// Every case of a store, for figures over all of them.
#pragma once

#include <expected>
#include <functional>

#include "projections/case_state.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

// In no order that means anything, as of one moment; until `visit` says false. A province's year, a
// million cases, takes seconds. Thread-safe.
std::expected<void, StoreError> each_case(const ViewStore& store,
                                          const std::function<bool(const CaseState&)>& visit);

}  // namespace huiyin::projections
