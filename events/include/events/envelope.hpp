// What surrounds an event's data: CloudEvents 1.0 attributes and our extensions (DESIGN.md section
// 4). `Text` is std::string for an envelope that owns, std::string_view for one read in place.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "events/case_types.hpp"
#include "events/instant.hpp"

namespace huiyin::events {

inline constexpr std::string_view spec_version = "1.0";
inline constexpr std::string_view content_type = "application/json";

template <class Text>
struct BasicEnvelope {
  Text id;                            // UUIDv7; of timer events UUIDv8, derived
  Text type;                          // huiyin.case.replied.v1
  Text source;                        // /huiyin/<deployment>
  Text subject;                       // the case
  Instant time{};                     // recorded; never decreases within a partition
  std::uint64_t sequence = 0;         // in the partition, gapless from 1
  std::uint32_t subject_version = 0;  // in the subject, gapless from 1
  Text actor;
  Role role{};
  Text behalf;        // for whom, when another than the actor
  Text command_id;    // what caused it
  Text command_hash;  // of that command's body
  Text process;       // suggestion@3
  Text traceparent;   // W3C, where given

  bool operator==(const BasicEnvelope&) const = default;
};

using Envelope = BasicEnvelope<std::string>;
using EnvelopeView = BasicEnvelope<std::string_view>;

Envelope to_owned(const EnvelopeView& view);

// One event as the log holds it: all attributes as their wire text, and the data's JSON bytes.
//
//   u64 XXH3 of all that follows
//   u8  frame version (1)
//   u8  number of attributes
//       per attribute: u8 name code (frame.cpp), u16 length, text
//   u32 length of data
//       data
//
// Integers are little-endian.
void append_frame(std::string& out, const Envelope& envelope, std::string_view data);

struct FrameView {
  EnvelopeView envelope;
  std::string_view data;
};

// Nothing is served as truth that does not carry its own checksum: a flipped byte is an error here,
// in whatever it hit. Views point into `frame`.
std::expected<FrameView, std::string> decode_frame(std::string_view frame);

// A name and a value for every attribute that is set: "id", "time" … without Kafka's "ce_".
using AttributeVisitor = void (*)(void* context, std::string_view name, std::string_view value);
void each_attribute(const EnvelopeView& envelope, void* context, AttributeVisitor visit);

// Structured CloudEvents JSON (application/cloudevents+json).
void append_cloud_event(std::string& out, const EnvelopeView& envelope, std::string_view data);

}  // namespace huiyin::events
