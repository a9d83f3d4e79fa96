#include "projections/case_state.hpp"

#include <algorithm>

namespace huiyin::projections {

using events::LaneRole;

bool is_live(const Lane& lane) {
  return lane.stage != LaneStage::returned && lane.stage != LaneStage::reassigned;
}

bool owes_reply(const Lane& lane) {
  return is_live(lane) && (lane.role == LaneRole::lead || lane.role == LaneRole::separate);
}

const Lane* find_lane(const CaseState& state, std::uint16_t lane) {
  const auto found = std::ranges::find(state.lanes, lane, &Lane::lane);
  return found == state.lanes.end() ? nullptr : &*found;
}

const ClockInstance* find_clock(const CaseState& state, const events::ClockKey& key) {
  const auto found = std::ranges::find(state.clocks, key, &ClockInstance::key);
  return found == state.clocks.end() ? nullptr : &*found;
}

const Lane* lane_of_record(const CaseState& state) {
  const Lane* record = nullptr;
  for (const Lane& lane : state.lanes) {
    if (!owes_reply(lane) || !lane.meaning) continue;
    if (lane.role == LaneRole::lead) return &lane;
    if (record == nullptr) record = &lane;
  }
  return record;
}

bool owes_feedback(const CaseState& state) {
  if (state.fed_back) return false;
  return state.petitioner.has_value() || std::ranges::any_of(state.sources, &Source::petitioner);
}

const Rating* rating_of(const CaseState& state, const Lane& lane, std::string_view deputy) {
  for (const Rating& rating : state.ratings) {
    if (rating.lane == lane.lane && rating.round == lane.round && rating.deputy == deputy) {
      return &rating;
    }
  }
  return nullptr;
}

}  // namespace huiyin::projections
