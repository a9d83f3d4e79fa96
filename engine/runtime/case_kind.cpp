#include "engine/case_kind.hpp"

namespace huiyin::engine {

std::optional<std::uint32_t> CaseKind::looks_up(const Command& command) {
  const auto* correct = std::get_if<events::Corrected>(&command.body);
  if (correct == nullptr || command.corrects) return std::nullopt;
  return correct->of;
}

void CaseKind::looked_up(Command& command, const Event& event) {
  command.corrects = CorrectedEvent{std::string(event.name()), event.common.occurred_at};
}

std::expected<CaseKind::Event, std::string> CaseKind::decode(events::json::Parser& parser,
                                                             const events::FrameView& frame) {
  auto event = events::decode_case_event(parser, frame.envelope.type, frame.data);
  if (!event) {
    return std::unexpected(std::string(frame.envelope.type) + " at " + event.error().pointer +
                           ": " + event.error().detail);
  }
  return std::move(*event);
}

std::size_t CaseKind::bytes(const State& state) {
  std::size_t bytes = sizeof(State) + 256 + state.title.size() + state.place.size();
  bytes += state.lanes.size() * sizeof(projections::Lane);
  bytes += state.ratings.size() * sizeof(projections::Rating);
  bytes += state.proposers.size() * sizeof(events::Proposer);
  bytes += state.sources.size() * sizeof(projections::Source);
  bytes += state.outbox.size() * sizeof(events::FollowUp);
  for (const auto& clock : state.clocks) {
    bytes += sizeof(clock) + clock.thresholds.size() * sizeof(events::Threshold);
  }
  if (state.petitioner) bytes += state.petitioner->ciphertext.size();
  return bytes;
}

}  // namespace huiyin::engine
