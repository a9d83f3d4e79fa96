#include "node/working_days.hpp"

namespace huiyin::node {

std::function<projections::DaysOver(events::Instant due)> days_over_at(
    const engine::Definitions& definitions, events::Instant now) {
  // Rows do not name their case's definition; calendars differ between countries, not within one
  // deployment. Records of other systems have calendars of their own and are not asked.
  const engine::Definition* rules = nullptr;
  for (const auto& definition : definitions.all()) {
    if (rules == nullptr || (rules->records_other_systems && !definition->records_other_systems)) {
      rules = definition.get();
    }
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
