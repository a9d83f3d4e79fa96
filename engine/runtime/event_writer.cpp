#include "event_writer.hpp"

#include <algorithm>

namespace huiyin::engine {

namespace {
constexpr std::size_t attribute_bytes = 480;  // what a frame holds beside its data, mostly
}

std::expected<void, std::string> EventWriter::resume(const events::EventLog& log) {
  ends_.assign(log.partitions(), 0);
  times_.assign(log.partitions(), events::Instant{});
  for (events::Partition partition = 0; partition < log.partitions(); ++partition) {
    ends_[partition] = log.end(partition);
    if (ends_[partition] == 0) continue;
    const events::Position last{partition, ends_[partition]};
    const auto frame = log.get(last);
    if (!frame) return std::unexpected(frame.error().detail);
    const auto decoded = events::decode_frame(*frame);
    if (!decoded) return std::unexpected(events::format_position(last) + ": " + decoded.error());
    times_[partition] = decoded->envelope.time;
  }
  return {};
}

void EventWriter::cause(const Cause& cause) {
  envelope_.actor = cause.actor;
  envelope_.behalf = cause.behalf;
  envelope_.command_id = cause.command_id;
  envelope_.command_hash = cause.command_hash;
  envelope_.traceparent = cause.traceparent;
  envelope_.role = cause.role;
}

const events::Envelope& EventWriter::begin(events::Partition partition, std::string_view subject,
                                           std::uint32_t version, std::string_view type,
                                           std::string_view process, events::Instant now,
                                           std::string id) {
  partition_ = partition;
  times_[partition] = std::max(times_[partition], now);
  envelope_.id = id.empty() ? ids_.fresh_id() : std::move(id);
  envelope_.type = type;
  envelope_.subject = subject;
  envelope_.time = times_[partition];
  envelope_.sequence = ++ends_[partition];
  envelope_.subject_version = version;
  envelope_.process = process;
  data_.clear();
  return envelope_;
}

events::LogRecord EventWriter::finish() {
  events::LogRecord record{{partition_, envelope_.sequence}, {}};
  record.frame.reserve(data_.size() + attribute_bytes);
  events::append_frame(record.frame, envelope_, data_);
  return record;
}

events::EnvelopeView EventWriter::view() const {
  return {.id = envelope_.id,
          .type = envelope_.type,
          .source = envelope_.source,
          .subject = envelope_.subject,
          .time = envelope_.time,
          .sequence = envelope_.sequence,
          .subject_version = envelope_.subject_version,
          .actor = envelope_.actor,
          .role = envelope_.role,
          .behalf = envelope_.behalf,
          .command_id = envelope_.command_id,
          .command_hash = envelope_.command_hash,
          .process = envelope_.process,
          .traceparent = envelope_.traceparent};
}

EventWriter::Mark EventWriter::mark(events::Partition partition) const {
  return {partition, ends_[partition], times_[partition]};
}

void EventWriter::back_to(const Mark& mark) {
  ends_[mark.partition] = mark.end;
  times_[mark.partition] = mark.time;
}

}  // namespace huiyin::engine
