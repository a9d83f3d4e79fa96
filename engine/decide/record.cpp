#include "clocks.hpp"
#include "handlers.hpp"

namespace huiyin::engine {

using namespace events;

Handled handle(const Context&, const Annotated& body) { return Draft{.body = body}; }

Handled handle(const Context& c, const Corrected& body) {
  if (body.of == 0 || body.of > c.state.version || !c.command.corrects) {
    return invalid("correct", "the case has no event of that version");
  }
  if (body.fields == CorrectedFields{})
    return invalid("correct", "name at least one field to replace");
  Corrected event = body;
  event.of_type = c.command.corrects->name;
  Draft draft{.body = event};
  if (body.fields.occurred_at) {
    if (*body.fields.occurred_at > c.now)
      return invalid("correct", "occurred_at lies in the future");
    // Correcting when it happened re-decides the due dates that counted from it.
    draft.clocks = plan_reschedule(c.definition, c.state, c.command.corrects->occurred_at,
                                   body.fields.occurred_at);
    std::get<Corrected>(draft.body).corrected_day =
        c.definition.zone.local_day(*body.fields.occurred_at);
  }
  return draft;
}

Handled handle(const Context& c, const Rescheduled& body) {
  Rescheduled event = body;
  event.calendar = c.definition.calendar.version();
  Draft draft{.body = event, .clocks = plan_reschedule(c.definition, c.state, {}, {})};
  if (draft.clocks.empty()) {
    return refuse(RefusalCode::guard_failed, "recalculate", "every due date comes out as it is");
  }
  return draft;
}

Handled handle(const Context& c, const Migrated& body) {
  const Definition* to = c.definitions.find(body.to);
  if (to == nullptr)
    return refuse(RefusalCode::unknown_process, "migrate", "process " + body.to + " is not loaded");
  if (to->process() != c.definition.process() || body.to == c.state.process) {
    return invalid("migrate",
                   "a case migrates to another version of its own process, or another profile's");
  }
  if (!has_stage(*to, c.state.stage)) {
    return refuse(RefusalCode::guard_failed, "migrate",
                  body.to + " has no stage \"" + c.state.stage + "\"");
  }
  Migrated event = body;
  event.from = c.state.process;
  Draft draft{.body = event};
  // Clocks go on as they run. What the other definition does not know, nothing there would stop.
  for (const ClockInstance& running : c.state.clocks) {
    if (to->find_clock(running.key.clock) == nullptr)
      draft.clocks.push_back({.key = running.key, .action = ClockAction::cancel});
  }
  return draft;
}

}  // namespace huiyin::engine
