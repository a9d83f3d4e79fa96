// An event as a Kafka record: CloudEvents 1.0, binary mode.
//
//   key      subject
//   headers  content-type: application/json
//            ce_specversion, ce_id, ce_type … in the order of events::each_attribute, as their text
//            commandoffset: where the command stood in its topic; of the transport, not of the
//            event
//   value    the data's JSON bytes
//
// What the frame holds is all here, so that the same frame is made of it again, byte for byte.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "events/envelope.hpp"
#include "events/position.hpp"
#include "raii.hpp"

namespace huiyin::kafka {

inline constexpr const char* command_offset_header = "commandoffset";

Headers to_headers(const events::EnvelopeView& envelope,
                   std::optional<std::int64_t> command_offset);

struct WireEvent {
  events::Sequence sequence = 0;
  std::optional<std::int64_t> command_offset;
  std::string frame;
};

// The words say what is wrong with the record.
std::expected<WireEvent, std::string> to_event(const rd_kafka_message_t& message);

// Whether a Kafka record can carry the frame without losing a byte.
bool survives_the_wire(std::string_view frame, const events::FrameView& view);

}  // namespace huiyin::kafka
