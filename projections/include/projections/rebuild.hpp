// From the log to the views: all of them anew (rebuild), or from where they stand (catch_up). Both
// verify what they read: checksums, gapless sequences and versions, known types, readable data.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <vector>

#include "events/event_log.hpp"
#include "projections/replay_error.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

// How much of a history counts.
struct Cut {
  // Business time: per case, the longest prefix whose occurred_at are all at or before this.
  std::optional<Instant> as_of;
  // Recorded time: the prefix that was known then.
  std::optional<Instant> known_at;
  // Positions: the last sequence of each partition. Empty: to the end of the log.
  std::vector<Sequence> upto;
};

struct RebuildOptions {
  Cut cut;
  unsigned threads = 2;  // partitions at a time; memory grows with it
  // States kept in memory, per thread; beyond it the ones that lie still wait in the store.
  std::size_t state_bytes = 224U << 20U;
  // Called now and then from any of the threads: events read so far, and of how many.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  const std::atomic<bool>* stop = nullptr;  // ends it with `stopped`
};

struct RebuildReport {
  std::uint64_t events = 0;
  std::uint64_t cases = 0;
};

// Fills an empty store: a fresh generation, in shadow of the one that is served. The store stands
// at the log's end as it was when each partition was read. On an error the store is to be deleted.
std::expected<RebuildReport, ReplayError> rebuild(const events::EventLog& log, ViewStore& empty,
                                                  const RebuildOptions& options = {});

struct CatchUpOptions {
  std::size_t batch_events = 2'000;
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  const std::atomic<bool>* stop = nullptr;
  std::optional<events::Partition> partition;  // only this one
  std::optional<Sequence> upto;                // with one partition: not beyond this
};

// Applies what the log holds beyond the store's positions. The events applied.
std::expected<std::uint64_t, ReplayError> catch_up(const events::EventLog& log, ViewStore& store,
                                                   const CatchUpOptions& options = {});

}  // namespace huiyin::projections
