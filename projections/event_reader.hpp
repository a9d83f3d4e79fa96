// Reads one partition of a log as decoded events, and verifies on the way: bytes, sequence, type,
// data, partition.
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "events/event_log.hpp"
#include "projections/replay_error.hpp"

namespace huiyin::projections {

class EventReader {
 public:
  EventReader(const events::EventLog& log, events::Partition partition, events::Sequence from);

  // The next frame, its data not read yet. Valid until the next call; nothing at the end.
  std::expected<std::optional<events::FrameView>, ReplayError> next();
  // The data of the frame that next() gave last.
  std::expected<events::CaseEvent, events::DecodeError> decode() {
    return events::decode_case_event(parser_, frame_.envelope.type, frame_.data);
  }

  events::Position position() const { return {partition_, sequence_}; }
  ReplayError error(ReplayErrorCode code, std::string detail) const;
  ReplayError error(const events::DecodeError& problem) const;

 private:
  const events::EventLog& log_;
  events::Partition partition_;
  events::Sequence sequence_;
  std::unique_ptr<events::LogReader> reader_;
  events::json::Parser parser_;
  events::FrameView frame_;
};

}  // namespace huiyin::projections
