#include "lanes.hpp"

#include <algorithm>

#include "ratings.hpp"

namespace huiyin::engine {
namespace {

using events::LaneRole;

constexpr std::size_t max_lanes = 64;  // DESIGN.md section 9

bool is_working(const Lane& lane) {
  return lane.stage == LaneStage::open || lane.stage == LaneStage::signed_for;
}

// The return window is a clock of the definition; without one there is no limit. After it,
// "逾期未提 出退办申请的，不作调整" unless the policy is lenient.
bool return_window_open(const Definition& definition, const CaseState& state, const Lane& lane,
                        Instant at) {
  if (definition.policy.late_return || definition.find_clock("return-window") == nullptr)
    return true;
  return std::ranges::any_of(state.clocks, [&](const ClockInstance& running) {
    return running.key.clock == "return-window" && running.key.lane == lane.lane &&
           at <= running.due;
  });
}

const ClockInstance* extendable_clock(const Definition& definition, const CaseState& state,
                                      const Lane& lane) {
  for (const ClockInstance& running : state.clocks) {
    const Clock* clock = definition.find_clock(running.key.clock);
    if (running.key.lane == lane.lane && clock != nullptr && clock->extend &&
        running.extensions < clock->extend->times) {
      return &running;
    }
  }
  return nullptr;
}

bool rater_is_late(const CaseState& state, const Lane& lane, std::string_view deputy) {
  return std::ranges::any_of(state.clocks, [&](const ClockInstance& running) {
    return running.key.lane == lane.lane && running.key.deputy == deputy && running.missed &&
           running.urges > 0;
  });
}

bool may_be_rated(const Definition& definition, const CaseState& state, const Lane& lane,
                  const Actor& as) {
  if (!projections::owes_reply(lane) || lane.stage != LaneStage::replied) return false;
  const auto asked = raters(definition.policy, state);
  return std::ranges::any_of(asked, [&](const std::string& deputy) {
    if (projections::rating_of(state, lane, deputy) != nullptr) return false;
    if (as.role == Role::deputy) return deputy == as.id;
    // Others may only record that no rating came, after its clock passed with one urge.
    return as.role == Role::importer || rater_is_late(state, lane, deputy);
  });
}

bool fits(CommandType command, const Definition& definition, const CaseState& state,
          const Lane& lane, const Actor& as, Instant at) {
  using enum CommandType;
  const bool replied = projections::owes_reply(lane) && lane.stage == LaneStage::replied;
  const bool unreplied = projections::owes_reply(lane) && is_working(lane);
  if (command == sign) return lane.stage == LaneStage::open;
  if (command == request_return)
    return is_working(lane) && return_window_open(definition, state, lane, at);
  if (command == decide_return) return lane.stage == LaneStage::return_requested;
  if (command == reassign) {
    return state.lanes.size() < max_lanes &&
           (lane.stage == LaneStage::returned || is_working(lane));
  }
  if (command == contact) return projections::is_live(lane) && lane.role != LaneRole::assist;
  if (command == give_opinion) return lane.role == LaneRole::co && is_working(lane);
  if (command == reply) return unreplied;
  if (command == rate) return may_be_rated(definition, state, lane, as);
  if (command == revisit) return replied && lane.meaning.has_value();
  if (command == request_extension) {
    return unreplied && !lane.extension_requested &&
           extendable_clock(definition, state, lane) != nullptr;
  }
  if (command == decide_extension) {
    return lane.extension_requested && extendable_clock(definition, state, lane) != nullptr;
  }
  if (command == order_rehandling) {
    return replied && is_dissatisfied(definition.policy, state, lane) &&
           lane.rung < definition.policy.ladder.size();
  }
  return projections::is_live(lane);
}

}  // namespace

std::vector<const Lane*> lanes_for(CommandType command, const Definition& definition,
                                   const CaseState& state, const Actor& as, Instant at) {
  std::vector<const Lane*> out;
  for (const Lane& lane : state.lanes) {
    if (as.role == Role::organ && lane.organ != as.organ) continue;
    if (fits(command, definition, state, lane, as, at)) out.push_back(&lane);
  }
  return out;
}

std::expected<const Lane*, Refusal> resolve_lane(const Context& c, std::uint16_t named) {
  const auto candidates = lanes_for(c.command.type(), c.definition, c.state, c.as, c.at);
  if (named != 0) {
    const auto found =
        std::ranges::find(candidates, named, [](const Lane* lane) { return lane->lane; });
    if (found != candidates.end()) return *found;
    return invalid("lane",
                   "lane " + std::to_string(named) + " is not one that this command can name now");
  }
  if (candidates.size() == 1) return candidates.front();
  if (candidates.empty()) return invalid("lane", "no lane of this case is open for this command");
  std::string detail = "name the lane, one of";
  for (const Lane* lane : candidates)
    detail += " " + std::to_string(lane->lane) + " (" + lane->organ + ")";
  return invalid("lane", detail);
}

}  // namespace huiyin::engine
