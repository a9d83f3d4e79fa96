// The log of record, as a port: the embedded log (connectors/local_log) and Kafka are its two
// forms, and one conformance suite runs against both. 专门台账 (S4-24): it is only ever appended
// to.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "events/position.hpp"

namespace huiyin::events {

enum class LogErrorCode : std::uint8_t {
  full,         // no space: refused, nothing written; may work later
  unavailable,  // the medium does not answer: it is unknown whether it was written
  corrupt,      // what is stored is not what was written
  gap,          // an append that does not continue the partition's sequence
  missing,      // nothing stored at that position
  aborted,      // surely nothing of it was written; the same may be tried again
  fenced,       // another instance owns the partition: drop what was decided, take over anew
};

struct LogError {
  LogErrorCode code;
  std::string detail;  // names the position and the file where it can
};

// One event as stored: see append_frame in envelope.hpp for the bytes.
struct LogRecord {
  Position position;
  std::string frame;
};

// Reads one partition forward. Not thread-safe; sees what was appended before it reached the end,
// and may be asked again after more was appended.
class LogReader {
 public:
  virtual ~LogReader() = default;
  // The next record's frame, valid until the next call; nothing at the end of what is appended now.
  // A hole in the sequence is `corrupt`.
  virtual std::expected<std::optional<std::string_view>, LogError> next() = 0;
  // The position that next() gave last; sequence 0 before the first call.
  virtual Position position() const = 0;
};

class EventLog {
 public:
  virtual ~EventLog() = default;

  virtual Partition partitions() const = 0;

  // Makes all records durable, or none: on return they survive kill -9 and power loss. Records of
  // one partition are in order and continue it without a hole. One writer at a time.
  virtual std::expected<void, LogError> append(std::span<const LogRecord> records) = 0;

  // The last durable sequence of a partition, 0 when it is empty. Thread-safe.
  virtual Sequence end(Partition partition) const = 0;

  // Reads from `from` (1 is the first). Thread-safe; any number of readers.
  virtual std::unique_ptr<LogReader> read(Partition partition, Sequence from) const = 0;

  // One record's frame. Thread-safe.
  virtual std::expected<std::string, LogError> get(Position position) const = 0;
};

}  // namespace huiyin::events
