// What a feed brings, gathered into batches for the mirror.
#pragma once

#include <utility>
#include <vector>

#include "feed.hpp"
#include "mirror.hpp"

namespace huiyin::kafka {

struct Intake {
  std::vector<Incoming> records;
  // Where nothing more is to be had now: partition and offset.
  std::vector<std::pair<events::Partition, std::int64_t>> ends;
  // Partitions that cannot be read on. Records before the bad one are above.
  std::vector<std::pair<events::Partition, events::LogError>> problems;
};

// Waits up to `patience` for the first thing, then takes what is there already.
Intake gather(Feed& feed, Feed::Milliseconds patience);

}  // namespace huiyin::kafka
