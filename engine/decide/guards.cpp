#include "guards.hpp"

#include <algorithm>

#include "ratings.hpp"

namespace huiyin::engine {

using projections::CaseState;
using projections::Lane;
using projections::LaneStage;

namespace {

template <class Predicate>
bool every_reply_lane(const CaseState& state, Predicate predicate) {
  bool any = false;
  for (const Lane& lane : state.lanes) {
    if (!projections::owes_reply(lane)) continue;
    any = true;
    if (!predicate(lane)) return false;
  }
  return any;
}

bool all_signed(const CaseState& state) {
  bool any = false;
  for (const Lane& lane : state.lanes) {
    if (!projections::is_live(lane) || lane.role == events::LaneRole::assist) continue;
    any = true;
    if (lane.stage == LaneStage::open || lane.stage == LaneStage::return_requested) return false;
  }
  return any;
}

bool all_withdrawn(const Policy& policy, const CaseState& state) {
  const auto withdrew = [&](const events::Proposer& proposer) {
    if (policy.withdrawal == Withdrawal::lead && proposer.part != events::Part::lead) return true;
    return std::ranges::find(state.withdrawn, proposer.deputy) != state.withdrawn.end();
  };
  return !state.withdrawn.empty() && std::ranges::all_of(state.proposers, withdrew);
}

bool any_dissatisfied(const Definition& definition, const CaseState& state) {
  return std::ranges::any_of(state.lanes, [&](const Lane& lane) {
    return projections::owes_reply(lane) && is_dissatisfied(definition.policy, state, lane);
  });
}

bool last_rung_used(const Definition& definition, const CaseState& state) {
  bool any = false;
  for (const Lane& lane : state.lanes) {
    if (!projections::owes_reply(lane) || !is_dissatisfied(definition.policy, state, lane))
      continue;
    any = true;
    if (lane.rung < definition.policy.ladder.size()) return false;
  }
  return any;
}

}  // namespace

bool holds(Guard guard, const Definition& definition, const CaseState& state) {
  const Policy& policy = definition.policy;
  switch (guard) {
    case Guard::gates_passed:
      return state.gates_passed.size() >= policy.gates.size();
    case Guard::has_category:
      return !state.category.empty();
    case Guard::has_lead_deputy:
      return std::ranges::find(state.proposers, events::Part::lead, &events::Proposer::part) !=
             state.proposers.end();
    case Guard::in_congress:
      return !state.congress.empty();
    case Guard::all_signed:
      return all_signed(state);
    case Guard::all_replied:
      return every_reply_lane(state, [](const Lane& l) { return l.stage == LaneStage::replied; });
    case Guard::all_rated:
      // What waited for another case has its reply from there; its deputies rate it there.
      return (state.target && state.lanes.empty() && state.days.replied) ||
             every_reply_lane(state, [&](const Lane& l) { return is_rated(policy, state, l); });
    case Guard::all_withdrawn:
      return all_withdrawn(policy, state);
    case Guard::satisfied:
      return !any_dissatisfied(definition, state);
    case Guard::last_rung_used:
      return last_rung_used(definition, state);
    case Guard::outlet_done:
      return state.outlet_result == events::OutletResult::done;
    case Guard::outlet_failed:
      return state.outlet_result && state.outlet_result != events::OutletResult::done;
    case Guard::solved_by_deed:
      return state.solved_by_deed;
    case Guard::feedback_given:
      return !projections::owes_feedback(state);
    case Guard::sent_back:
      return state.sent_back;
    case Guard::not_sent_back:
      return !state.sent_back;
    case Guard::no_open_commitment:
      return std::ranges::none_of(state.clocks, [&](const projections::ClockInstance& running) {
        const Clock* clock = definition.find_clock(running.key.clock);
        return clock != nullptr && clock->outlives_end;
      });
  }
  return false;
}

GuardText text_of(Guard guard) {
  switch (guard) {
    case Guard::gates_passed:
      return {"S3-25", "not every review gate has been passed"};
    case Guard::has_category:
      return {"S2-9", "it has not been analysed: no category"};
    case Guard::has_lead_deputy:
      return {"S4-17", "no leading deputy proposes it"};
    case Guard::in_congress:
      return {"S4-17", "no congress is addressed"};
    case Guard::all_signed:
      return {"all-signed", "not every handler has signed for it"};
    case Guard::all_replied:
      return {"S4-19", "not every lead and separate handler has replied"};
    case Guard::all_rated:
      return {"all-rated", "not every deputy has rated the reply"};
    case Guard::all_withdrawn:
      return {"all-withdrawn", "not every proposer has withdrawn"};
    case Guard::satisfied:
      return {"S3-34", "a deputy is dissatisfied: it must be handled again"};
    case Guard::last_rung_used:
      return {"S3-34", "the ladder of re-handling has further rungs"};
    case Guard::outlet_done:
      return {"S4-18", "the outlet has not answered with a result"};
    case Guard::outlet_failed:
      return {"S4-18", "the outlet has answered with a result"};
    case Guard::solved_by_deed:
      return {"S0-27", "no deed has solved it"};
    case Guard::feedback_given:
      return {"S0-31", "the citizen has not been fed back to"};
    case Guard::sent_back:
      return {"S3-25", "it was not sent back"};
    case Guard::not_sent_back:
      return {"S3-25", "it was sent back: revise it first"};
    case Guard::no_open_commitment:
      return {"no-open-commitment", "a commitment is still open"};
  }
  return {};
}

}  // namespace huiyin::engine
