#include "event_reader.hpp"

namespace huiyin::projections {

EventReader::EventReader(const events::EventLog& log, events::Partition partition,
                         events::Sequence from)
    : log_(log), partition_(partition), sequence_(from - 1), reader_(log.read(partition, from)) {}

ReplayError EventReader::error(ReplayErrorCode code, std::string detail) const {
  return {code, position(), "at " + events::format_position(position()) + ": " + std::move(detail)};
}

std::expected<std::optional<events::FrameView>, ReplayError> EventReader::next() {
  const auto bytes = reader_->next();
  if (bytes && !*bytes) return std::nullopt;
  ++sequence_;
  if (!bytes) return std::unexpected(error(ReplayErrorCode::log, bytes.error().detail));
  const auto frame = events::decode_frame(**bytes);
  if (!frame) return std::unexpected(error(ReplayErrorCode::checksum, frame.error()));
  frame_ = *frame;
  const events::EnvelopeView& envelope = frame_.envelope;
  if (envelope.sequence != sequence_) {
    return std::unexpected(
        error(ReplayErrorCode::sequence_gap,
              "the event there says it is number " + std::to_string(envelope.sequence)));
  }
  if (events::partition_of(envelope.subject, log_.partitions()) != partition_) {
    return std::unexpected(
        error(ReplayErrorCode::misplaced,
              "subject " + std::string(envelope.subject) + " belongs to another partition"));
  }
  return frame_;
}

ReplayError EventReader::error(const events::DecodeError& problem) const {
  const bool unknown = problem.code == events::DecodeErrorCode::unknown_type;
  return error(unknown ? ReplayErrorCode::unknown_type : ReplayErrorCode::undecodable,
               (problem.pointer.empty() ? "" : problem.pointer + ": ") + problem.detail);
}

}  // namespace huiyin::projections
