#include "feasible.hpp"

#include <algorithm>
#include <array>

#include "clocks.hpp"
#include "guards.hpp"
#include "lanes.hpp"

namespace huiyin::engine {
namespace {

using events::Proposer;
using Verdict = std::expected<void, Refusal>;

std::unexpected<Refusal> no(RefusalCode code, std::string_view rule, std::string_view detail) {
  return refuse(code, rule, std::string(detail));
}
std::unexpected<Refusal> guard(std::string_view rule, std::string_view detail) {
  return no(RefusalCode::guard_failed, rule, detail);
}

// Commands that change the record or the setting, not the course: open also where the course is
// not.
bool is_about_record(CommandType command) {
  using enum CommandType;
  return command == annotate || command == correct || command == recalculate || command == migrate;
}

// Commands that mean one lane.
bool is_on_lane(CommandType command) {
  using enum CommandType;
  constexpr std::array on_lane{
      sign,  request_return,    decide_return,    reassign, contact,          give_opinion,
      reply, request_extension, decide_extension, rate,     order_rehandling, revisit};
  return std::ranges::find(on_lane, command) != on_lane.end();
}

// Whether the one who acts has to do with this case at all.
Verdict check_party(CommandType command, const CaseState& state, const Actor& as) {
  if (as.role == Role::organ) {
    const bool handles =
        std::ranges::any_of(state.lanes, [&](const Lane& lane) { return lane.organ == as.organ; });
    if (!handles)
      return no(RefusalCode::not_permitted, "party", "the case was not handed to this organ");
  }
  if (as.role == Role::deputy && command != CommandType::cosign && !state.proposers.empty()) {
    const bool carries =
        std::ranges::find(state.proposers, as.id, &Proposer::deputy) != state.proposers.end();
    if (!carries && state.chosen_deputy != as.id) {
      return no(RefusalCode::not_permitted, "party", "the case is another deputy's");
    }
  }
  if (as.role == Role::officer && !as.station.empty() && !state.station.empty() &&
      as.station != state.station) {
    return no(RefusalCode::not_permitted, "party", "the case is another station's");
  }
  if (as.role == Role::supervisor && !as.organ.empty() && !state.supervisor.empty() &&
      as.organ != state.supervisor &&
      std::ranges::find(state.joining, as.organ) == state.joining.end()) {
    return no(RefusalCode::not_permitted, "S2-33", "another organ supervises this case");
  }
  return {};
}

Verdict check_review(const Definition& definition, const CaseState& state) {
  if (state.sent_back) return guard("S3-25", "it was sent back: revise it first");
  if (state.gates_passed.size() < definition.policy.gates.size()) return {};
  return guard("S3-25", "every gate has been passed");
}

Verdict check_withdraw(const CaseState& state, const Actor& as) {
  const auto left = [&](const Proposer& proposer) {
    if (as.role == Role::deputy && proposer.deputy != as.id) return false;
    return std::ranges::find(state.withdrawn, proposer.deputy) == state.withdrawn.end();
  };
  if (std::ranges::any_of(state.proposers, left)) return {};
  return guard("withdraw", "there is no proposer who could withdraw");
}

Verdict check_cosign(const CaseState& state, const Actor& as) {
  if (state.proposers.size() >= 64)
    return guard("cosign", "64 deputies propose it already");  // DESIGN.md 9
  if (as.role != Role::deputy) return {};
  if (std::ranges::find(state.proposers, as.id, &Proposer::deputy) == state.proposers.end())
    return {};
  return guard("cosign", "this deputy proposes it already");
}

Verdict check_link(const CaseState& state) {
  if (state.target) return guard("link", "the case waits for another one already");
  return {};
}

Verdict check_unmerge(const CaseState& state) {
  if (!state.target || state.target->link != events::LinkKind::merge)
    return guard("unmerge", "the case is not merged");
  if (!state.target->confirmed) return guard("unmerge", "the merge is not settled yet");
  return {};
}

// S0-31, S2-8, S3-34, S4-19: what must have happened before a case may be closed.
Verdict check_close(const Definition& definition, const CaseState& state) {
  if (!definition.records_other_systems) {
    if (projections::owes_feedback(state))
      return guard("S0-31", "the citizen has not been fed back to");
    if (!state.proposers.empty() && !state.days.replied) {
      return guard("S4-19", "no reply has reached the deputies who proposed it");
    }
  }
  const bool dissatisfied = !holds(Guard::satisfied, definition, state);
  if (dissatisfied && !holds(Guard::last_rung_used, definition, state)) {
    return guard("S3-34", "a deputy is dissatisfied: it must be handled again first");
  }
  return {};
}

Verdict check_migrate(const Definitions& definitions, const Definition& definition,
                      const CaseState& state) {
  for (const auto& other : definitions.all()) {
    if (other->process() == definition.process() && other->id() != state.process) return {};
  }
  return guard("migrate", "no other version of its process is loaded, of any profile");
}

Verdict check_built_in(const Definitions& definitions, const Definition& definition,
                       CommandType command, const CaseState& state, const Actor& as, Instant at) {
  using enum CommandType;
  if (is_on_lane(command)) {
    if (lanes_for(command, definition, state, as, at).empty()) {
      return guard("lane", "no lane of this case is open for this command");
    }
    if (command == contact && state.proposers.empty()) {
      return guard("contact", "no deputy proposes this case");
    }
    return {};
  }
  if (command == answer && as.role != Role::deputy && as.role != Role::importer) {
    return no(RefusalCode::not_permitted, "S4-15", "answering on the spot is a deputy's act");
  }
  if (command == review) return check_review(definition, state);
  if (command == withdraw) return check_withdraw(state, as);
  if (command == cosign) return check_cosign(state, as);
  if (command == merge || command == convert) return check_link(state);
  if (command == unmerge) return check_unmerge(state);
  if (command == close) return check_close(definition, state);
  if (command == migrate) return check_migrate(definitions, definition, state);
  if (command == feed_back && !projections::owes_feedback(state)) {
    return guard("S0-31", "nobody outside is owed feed-back");
  }
  if (command == archive && !holds(Guard::no_open_commitment, definition, state)) {
    return guard("no-open-commitment", "a commitment is still open: archive waits for it");
  }
  if (command == recalculate && plan_reschedule(definition, state, {}, {}).empty()) {
    return guard("recalculate", "every due date comes out as it is");
  }
  return {};
}

}  // namespace

std::optional<Actor> acting_as(const Definition& definition, const Transition& transition,
                               const Actor& actor, const std::string& behalf) {
  if (behalf.empty()) {
    if (transition.by.has(actor.role)) return actor;
    return std::nullopt;
  }
  for (std::size_t i = 0; i < names(Role{}).size(); ++i) {
    const Role role = static_cast<Role>(i);
    if (!transition.by.has(role) || !definition.may_enter_for(actor.role, role)) continue;
    Actor as{behalf, role, "", actor.station, actor.region};
    if (role == Role::organ || role == Role::supervisor) as.organ = behalf;
    return as;
  }
  return std::nullopt;
}

std::expected<Actor, Refusal> feasible(const Definitions& definitions, const Definition& definition,
                                       const Transition& transition, const CaseState& state,
                                       const Actor& actor, const std::string& behalf, Instant at) {
  const CommandType command = transition.command;
  if (definition.records_other_systems && actor.role != Role::importer &&
      actor.role != Role::timer) {
    return no(RefusalCode::not_permitted, "records-other-systems",
              "this process keeps the records of another system: only importers write it");
  }
  std::optional<Actor> as = acting_as(definition, transition, actor, behalf);
  if (actor.role == Role::timer) as = actor;
  if (!as) {
    return refuse(RefusalCode::not_permitted, "role",
                  std::string(events::name_of(actor.role)) + " may not " +
                      std::string(events::name_of(command)) +
                      (behalf.empty() ? " here" : " here for another"));
  }
  if (state.version == 0 || as->role == Role::timer) return *as;
  if (auto party = check_party(command, state, *as); !party) return std::unexpected(party.error());
  if (state.needs_transfer && command != CommandType::transfer && !is_about_record(command)) {
    return guard("S4-10",
                 "what an officer took outside a reception is first transferred to a deputy");
  }
  for (const Guard required : transition.require) {
    if (holds(required, definition, state)) continue;
    const GuardText text = text_of(required);
    return guard(text.rule, text.message);
  }
  const auto verdict = check_built_in(definitions, definition, command, state, *as, at);
  if (!verdict) return std::unexpected(verdict.error());
  return *as;
}

}  // namespace huiyin::engine
