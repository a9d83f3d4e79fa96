// Reading a partition into the mirror up to where it is written.
#pragma once

#include <functional>

#include "feed.hpp"
#include "mirror.hpp"

namespace huiyin::kafka {

struct CatchUp {
  const KafkaSettings& settings;
  const std::string& topic;
  Mirror& mirror;
  const Feed& probe;  // reads uncommitted: only that one's end is the high watermark
  Feed::Milliseconds stall_patience;
  std::function<bool()> stop;
};

// After the partition's last owner was fenced. The target is the high watermark: the end that a
// committed reader sees lies before a transaction whose markers are still being written, and what
// follows would be missed (KAFKA-10167). The events that were read.
std::expected<std::uint64_t, events::LogError> catch_up(const CatchUp& what,
                                                        events::Partition partition);

}  // namespace huiyin::kafka
