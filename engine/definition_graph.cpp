// The stages of a definition and the ways between them.
#include <algorithm>
#include <array>

#include "engine/definition_check.hpp"

namespace huiyin::engine {
namespace {

void add_stage(std::vector<std::string>& stages, const std::string& stage) {
  if (!stage.empty() && std::ranges::find(stages, stage) == stages.end()) stages.push_back(stage);
}

// From a stage of waiting: on with the other case's reply, back when that case fails, and back to
// where it came from when the other case refuses.
void add_waiting_edges(std::vector<StageEdge>& edges, const std::vector<std::string>& stages,
                       const Transition& wait) {
  for (const std::string_view stage : {"replied", "analysed"}) {
    if (std::ranges::find(stages, stage) != stages.end()) {
      edges.push_back({wait.to, std::string(stage), &wait, true});
    }
  }
  for (const auto& from : wait.from) edges.push_back({wait.to, from, &wait, true});
}

// unmerge: to where the merge began.
void add_way_back(std::vector<StageEdge>& edges, const Definition& definition,
                  const Transition& unmerge) {
  for (const Transition& merge : definition.transitions) {
    if (merge.command != CommandType::merge) continue;
    for (const auto& stage : merge.from) {
      for (const auto& from : unmerge.from) edges.push_back({from, stage, &unmerge, true});
    }
  }
}

}  // namespace

std::vector<std::string> stages_of(const Definition& definition) {
  std::vector<std::string> stages;
  for (const Transition& transition : definition.transitions) {
    for (const auto& stage : transition.from) add_stage(stages, stage);
    add_stage(stages, transition.to);
  }
  for (const auto& stage : definition.ends) add_stage(stages, stage);
  return stages;
}

std::vector<StageEdge> edges_of(const Definition& definition) {
  std::vector<StageEdge> edges;
  const auto stages = stages_of(definition);
  for (const Transition& transition : definition.transitions) {
    for (const auto& from : transition.from) {
      if (!transition.to.empty()) edges.push_back({from, transition.to, &transition, false});
      if (transition.to.empty() || transition.once)
        edges.push_back({from, from, &transition, false});
    }
    const bool waits =
        transition.command == CommandType::merge || transition.command == CommandType::convert;
    if (waits && !transition.to.empty()) add_waiting_edges(edges, stages, transition);
    if (transition.command == CommandType::unmerge) add_way_back(edges, definition, transition);
  }
  return edges;
}

bool concerns_lane(CommandType command) {
  constexpr std::array lane_commands{CommandType::hand_off,
                                     CommandType::sign,
                                     CommandType::request_return,
                                     CommandType::decide_return,
                                     CommandType::reassign,
                                     CommandType::contact,
                                     CommandType::give_opinion,
                                     CommandType::reply,
                                     CommandType::request_extension,
                                     CommandType::rate,
                                     CommandType::revisit,
                                     CommandType::decide_extension,
                                     CommandType::reopen,
                                     CommandType::order_rehandling};
  return std::ranges::find(lane_commands, command) != lane_commands.end();
}

}  // namespace huiyin::engine
