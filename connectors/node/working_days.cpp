#include "node/working_days.hpp"

namespace huiyin::node {

std::function<projections::DaysOver(events::Instant due)> days_over_at(
    const engine::Definitions& definitions, events::Instant now) {
  // Rows do not name their case's definition; calendars differ between places, not within one
  // deployment. Its profile is asked first, other profiles never, records of other systems last.
  const auto rank = [](const engine::Definition& definition) {
    if (definition.records_other_systems) return 2;
    return definition.profile.empty() ? 1 : 0;
  };
  const engine::Definition* rules = nullptr;
  for (const auto& definition : definitions.all()) {
    if (!definition->profile.empty() && definition->profile != definitions.profile()) continue;
    if (rules == nullptr || rank(*definition) < rank(*rules)) rules = definition.get();
  }
  return [rules, now](events::Instant due) -> projections::DaysOver {
    if (rules == nullptr) return {};
    const auto today = rules->zone.local_day(now);
    const auto due_day = rules->zone.local_day(due);
    return {(std::chrono::sys_days{today} - std::chrono::sys_days{due_day}).count(),
            rules->calendar.working_days_between(due_day, today)};
  };
}

}  // namespace huiyin::node
