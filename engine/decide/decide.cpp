#include "engine/decide.hpp"

#include <algorithm>

#include "clocks.hpp"
#include "feasible.hpp"
#include "guards.hpp"
#include "handlers.hpp"
#include "projections/case_fold.hpp"

namespace huiyin::engine {
namespace {

using events::CaseEvent;
using events::Common;

// The engine's own commands are in no definition: they are open from every stage.
const Transition& internal_transition(CommandType command) {
  static const auto table = [] {
    std::array<Transition, command_count> all;
    for (std::size_t i = 0; i < command_count; ++i) all[i].command = static_cast<CommandType>(i);
    return all;
  }();
  return table[static_cast<std::size_t>(command)];
}

// The definition that this command is decided by: for a new case the one in force, for a first
// hand-off the newest version in force on that day, else the pinned one. Rules change; a case keeps
// those that held at its hand-off (S3-55).
std::expected<const Definition*, Refusal> choose(const Definitions& definitions,
                                                 const CaseState& state, const Command& command,
                                                 Instant at) {
  if (const auto* collect = std::get_if<events::Collected>(&command.body)) {
    // The business day depends on the zone, the zone on the definition: a day's difference decides
    // nothing but which version a case of that very day gets.
    const Date day{std::chrono::floor<std::chrono::days>(at)};
    const Definition* found =
        definitions.in_force(definitions.meant_by(command.process), collect->kind, day);
    if (found != nullptr) return found;
    return refuse(RefusalCode::unknown_process, "process",
                  "no process " + command.process + " for that kind is in force on that day");
  }
  const Definition* pinned = definitions.find(state.process);
  if (pinned == nullptr) {
    return refuse(RefusalCode::unknown_process, "process",
                  "process " + state.process + " is not loaded");
  }
  if (command.type() == CommandType::hand_off && !state.days.handed_off) {
    const Definition* newest =
        definitions.in_force(pinned->name, state.kind, pinned->zone.local_day(at));
    if (newest != nullptr) return newest;
  }
  return pinned;
}

std::expected<Instant, Refusal> check_time(const CaseState& state, const Command& command,
                                           Instant now) {
  const Instant at = command.occurred_at.value_or(now);
  if (at > now) return invalid("occurred_at", "occurred_at lies in the future");
  if (state.version == 0 || command.actor.role == Role::timer) return at;
  if (command.actor.role == Role::importer) {
    if (at >= state.collected_at) return at;
    return invalid("occurred_at", "occurred_at lies before the case was collected");
  }
  if (at >= state.stage_since) return at;
  return invalid("occurred_at", "occurred_at lies before the case's last change of stage, " +
                                    events::format_instant(state.stage_since));
}

CaseState fold_body(const Context& c, const Draft& draft) {
  CaseState after = c.state;
  events::EnvelopeView envelope;
  envelope.subject = c.command.case_id;
  envelope.subject_version = c.state.version + 1;
  envelope.actor = c.command.actor.id;
  envelope.role = c.command.actor.role;
  envelope.behalf = c.command.behalf;
  CaseEvent trial;
  trial.body = draft.body;
  trial.common.occurred_at = c.at;
  trial.common.day = c.day;
  trial.common.stage = c.state.stage;
  trial.common.ended = c.state.ended;
  projections::fold(after, envelope, trial);
  return after;
}

std::expected<Decision, Refusal> make_event(const Context& c, Draft draft) {
  const CaseState after = fold_body(c, draft);
  Common common;
  common.occurred_at = c.at;
  common.day = c.day;
  common.stage = c.state.stage;
  const Transition& t = c.transition;
  const bool moved = !t.to.empty() && (!t.once || holds(*t.once, c.definition, after));
  if (draft.stage) {
    common.stage = *draft.stage;
  } else if (moved) {
    common.stage = t.to;
  }
  common.ended = c.definition.is_end(common.stage);
  const bool ends = common.ended && !c.state.ended;
  // S2-8: whatever ends, ends with feed-back. Handlers ask for it; this is the last door.
  if (ends && projections::owes_feedback(after) && !c.definition.records_other_systems) {
    return refuse(RefusalCode::guard_failed, "S0-31",
                  "a citizen is owed feed-back before this ends");
  }
  common.clocks = plan_clocks(c, draft, after, moved, ends);
  common.follow_ups = std::move(draft.follow_ups);
  Decision decision;
  decision.process = c.definition.id();
  if (const auto* migrated = std::get_if<events::Migrated>(&draft.body))
    decision.process = migrated->to;
  decision.events.push_back({std::move(common), std::move(draft.body)});
  return decision;
}

std::expected<Decision, Refusal> decide_checked(const Definitions& definitions,
                                                const CaseState& state, const Command& command,
                                                Instant now) {
  const CommandType type = command.type();
  const bool exists = state.version > 0;
  if (type == CommandType::collect && exists) {
    const auto& body = std::get<events::Collected>(command.body);
    const bool repeated =
        !body.sources.empty() && std::ranges::find(state.sources, body.sources.front(),
                                                   &projections::Source::id) != state.sources.end();
    if (repeated)
      return refuse(RefusalCode::guard_failed, already_done, "it was collected already");
    return refuse(RefusalCode::case_exists, "case", "case " + state.id + " exists already");
  }
  if (type != CommandType::collect && !exists) {
    return refuse(RefusalCode::no_such_case, "case", "there is no case " + command.case_id);
  }
  if (command.expected_version && *command.expected_version != state.version) {
    return refuse(RefusalCode::stale_version, "If-Match",
                  "the case is at version " + std::to_string(state.version));
  }
  const auto at = check_time(state, command, now);
  if (!at) return std::unexpected(at.error());
  const auto definition = choose(definitions, state, command, *at);
  if (!definition) return std::unexpected(definition.error());
  const Transition* transition =
      is_internal(type) ? &internal_transition(type) : (*definition)->find(type, state.stage);
  if (transition == nullptr) {
    return refuse(RefusalCode::wrong_stage, (*definition)->id(),
                  std::string(events::name_of(type)) + " is not open from stage " +
                      (state.stage.empty() ? std::string("(none)") : state.stage));
  }
  const auto as =
      feasible(definitions, **definition, *transition, state, command.actor, command.behalf, *at);
  if (!as) return std::unexpected(as.error());
  const Context context{definitions, **definition, *transition, state,
                        command,     *as,          *at,         (*definition)->zone.local_day(*at),
                        now};
  auto draft = std::visit([&](const auto& body) { return handle(context, body); }, command.body);
  if (!draft) return std::unexpected(draft.error());
  return make_event(context, std::move(*draft));
}

}  // namespace

std::expected<Decision, Refusal> decide(const Definitions& definitions, const CaseState& state,
                                        const Command& command, Instant now) {
  auto decision = decide_checked(definitions, state, command, now);
  if (!decision) {
    decision.error().allowed = allowed(definitions, state, command.actor, command.behalf, now);
  }
  return decision;
}

std::vector<CommandType> allowed(const Definitions& definitions, const CaseState& state,
                                 const Actor& actor, const std::string& behalf, Instant now) {
  std::vector<CommandType> out;
  if (state.version == 0) return out;
  const Definition* pinned = definitions.find(state.process);
  if (pinned == nullptr) return out;
  for (std::size_t i = 0; i < command_count; ++i) {
    const auto command = static_cast<CommandType>(i);
    if (is_internal(command) || command == CommandType::collect) continue;
    const Definition* definition = pinned;
    if (command == CommandType::hand_off && !state.days.handed_off) {
      const Definition* newest =
          definitions.in_force(pinned->name, state.kind, pinned->zone.local_day(now));
      if (newest != nullptr) definition = newest;
    }
    const Transition* transition = definition->find(command, state.stage);
    if (transition == nullptr) continue;
    if (feasible(definitions, *definition, *transition, state, actor, behalf, now))
      out.push_back(command);
  }
  return out;
}

}  // namespace huiyin::engine
