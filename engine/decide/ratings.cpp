#include "ratings.hpp"

#include <algorithm>

namespace huiyin::engine {

using events::Satisfaction;
using projections::CaseState;
using projections::Lane;

namespace {

bool has_withdrawn(const CaseState& state, const std::string& deputy) {
  return std::ranges::find(state.withdrawn, deputy) != state.withdrawn.end();
}

}  // namespace

std::vector<std::string> raters(const Policy& policy, const CaseState& state) {
  std::vector<std::string> out;
  for (const auto& proposer : state.proposers) {
    if (has_withdrawn(state, proposer.deputy)) continue;
    // A delegation's suggestion is rated by its leading deputy for all of it.
    const bool lead_only = policy.raters == Raters::lead ||
                           (policy.raters == Raters::delegation && state.whole_delegation);
    if (lead_only && proposer.part != events::Part::lead) continue;
    out.push_back(proposer.deputy);
  }
  if (out.empty() && !state.proposers.empty()) {
    // The leading deputy withdrew: who is left speaks.
    for (const auto& proposer : state.proposers) {
      if (!has_withdrawn(state, proposer.deputy)) out.push_back(proposer.deputy);
    }
  }
  return out;
}

bool is_rated(const Policy& policy, const CaseState& state, const Lane& lane) {
  if (lane.stage != projections::LaneStage::replied) return false;
  return std::ranges::all_of(raters(policy, state), [&](const std::string& deputy) {
    return projections::rating_of(state, lane, deputy) != nullptr;
  });
}

bool is_dissatisfied(const Policy& policy, const CaseState& state, const Lane& lane) {
  std::size_t counted = 0;
  std::size_t dissatisfied = 0;
  bool lead_dissatisfied = false;
  for (const auto& rating : state.ratings) {
    if (rating.lane != lane.lane || rating.round != lane.round) continue;
    if (rating.result == Satisfaction::none && !policy.none_counts) continue;
    ++counted;
    if (rating.result != Satisfaction::dissatisfied) continue;
    ++dissatisfied;
    const auto proposer =
        std::ranges::find(state.proposers, rating.deputy, &events::Proposer::deputy);
    lead_dissatisfied = lead_dissatisfied ||
                        (proposer != state.proposers.end() && proposer->part == events::Part::lead);
  }
  switch (policy.result) {
    case ResultRule::any_dissatisfied:
      return dissatisfied > 0;
    case ResultRule::majority:
      return dissatisfied * 2 > counted;
    case ResultRule::lead:
      return lead_dissatisfied;
  }
  return false;
}

}  // namespace huiyin::engine
