// Why reading a log through the folds stopped, and where.
#pragma once

#include <cstdint>
#include <string>

#include "events/position.hpp"

namespace huiyin::projections {

enum class ReplayErrorCode : std::uint8_t {
  log,           // the log cannot be read there
  checksum,      // the bytes are not those that were written
  sequence_gap,  // an event is missing in the partition
  version_gap,   // an event is missing in its subject
  unknown_type,  // a type or version that this program does not know: that partition stops
  undecodable,   // a known type whose data does not read
  misplaced,     // an event of a subject that belongs to another partition
  store,         // the derived store cannot be written or read
  stopped,       // as it was asked to
};

struct ReplayError {
  ReplayErrorCode code;
  events::Position position;
  std::string detail;  // names the position too
};

}  // namespace huiyin::projections
