// Where an event stands in a log.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace huiyin::events {

using Partition = std::uint16_t;
using Sequence = std::uint64_t;  // gapless from 1 within a partition; 0 is "before the first"

// "3:1234" on the wire.
struct Position {
  Partition partition = 0;
  Sequence sequence = 0;

  bool operator==(const Position&) const = default;
  auto operator<=>(const Position&) const = default;
};

std::string format_position(Position position);
std::optional<Position> parse_position(std::string_view text);

// Fixed when a log is created (DESIGN.md section 5).
inline constexpr Partition default_partitions = 12;

// The partition of a subject: Kafka's own murmur2 of the key, so that any Kafka client that
// partitions by key agrees. The one place where this is computed.
Partition partition_of(std::string_view subject, Partition partitions);

}  // namespace huiyin::events
