#include "engine/registry_kind.hpp"

namespace huiyin::engine {

std::expected<RegistryKind::Event, std::string> RegistryKind::decode(
    events::json::Parser& parser, const events::FrameView& frame) {
  auto event = events::decode_registry_event(parser, frame.envelope.type, frame.data);
  if (!event) {
    return std::unexpected(std::string(frame.envelope.type) + " at " + event.error().pointer +
                           ": " + event.error().detail);
  }
  return std::move(*event);
}

std::size_t RegistryKind::bytes(const State& state) {
  constexpr std::size_t item = 80;  // a mandate, an enrolment, a deputy's id
  std::size_t bytes = sizeof(State) + 256;
  if (const auto* deputy = std::get_if<projections::DeputyState>(&state.body))
    bytes += item * (deputy->mandates.size() + deputy->stations.size());
  if (const auto* group = std::get_if<projections::GroupState>(&state.body))
    bytes += item * group->members.size();
  if (const auto* activity = std::get_if<projections::ActivityState>(&state.body)) {
    bytes += item * (activity->plan.invited.size() + activity->held.attended.size() +
                     activity->held.cases.size());
    bytes += activity->held.summary.size() + activity->report.size();
  }
  return bytes;
}

}  // namespace huiyin::engine
