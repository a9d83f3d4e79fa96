// What an event does to clocks: due dates and thresholds, computed once and recorded.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "context.hpp"

namespace huiyin::engine {

// All changes of one event, from the transition's lists and from what the handler decided.
// `after` is the state once the event's body is folded; `moved`: the case goes to the transition's
// `to`; `ends`: to an end.
std::vector<events::ClockChange> plan_clocks(const Context& context, const Draft& draft,
                                             const CaseState& after, bool moved, bool ends);

// A running clock's due date moved to its extension's length, counted from its start.
std::optional<events::ClockChange> plan_extension(const Context& context, const Lane& lane);

// Running clocks whose due date comes out differently now; for those that started at `only_started`
// where given, counted from `from` instead (a corrected occurred_at).
std::vector<events::ClockChange> plan_reschedule(const Definition& definition,
                                                 const CaseState& state,
                                                 std::optional<Instant> only_started,
                                                 std::optional<Instant> from);

}  // namespace huiyin::engine
