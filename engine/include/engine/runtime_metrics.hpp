// What the runtime counts about itself, for /metrics.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <vector>

#include "events/position.hpp"

namespace huiyin::engine {

// Durations by powers of two: bucket i counts those under 2^i microseconds, the last one the rest.
struct LatencySnapshot {
  static constexpr std::size_t buckets = 26;  // up to half a minute
  std::array<std::uint64_t, buckets> counts{};
  std::uint64_t total = 0;
  std::uint64_t sum_us = 0;

  // The upper bound of the bucket in which the quantile lies; 0 when nothing was counted.
  std::uint64_t quantile_us(double quantile) const;
};

// Thread-safe, without locks.
class Latency {
 public:
  void add(std::chrono::steady_clock::duration duration, std::uint64_t times = 1);
  LatencySnapshot snapshot() const;

 private:
  std::array<std::atomic<std::uint64_t>, LatencySnapshot::buckets> counts_{};
  std::atomic<std::uint64_t> sum_us_{0};
};

struct RuntimeSnapshot {
  // Commands by what became of them. `repeated` ones were answered from their record.
  std::uint64_t accepted = 0, repeated = 0, refused = 0, conflicts = 0, unavailable = 0,
                timed_out = 0, queue_full = 0;
  std::uint64_t timer_events = 0, follow_ups = 0;
  std::uint64_t batches = 0, events = 0, event_bytes = 0;
  std::uint64_t failed_appends = 0, failed_applies = 0, recoveries = 0;
  std::uint64_t queue_depth = 0;  // waiting to be decided
  std::uint64_t views_lag = 0;    // events in the log that are not yet in the views
  std::uint64_t cached_states = 0, cached_state_bytes = 0;
  LatencySnapshot queued;     // a command, from submit until it is decided
  LatencySnapshot decided;    // a batch of commands
  LatencySnapshot committed;  // an append to the log
  LatencySnapshot applied;    // a write of the views
  LatencySnapshot answered;   // a command, from submit to its answer
  std::vector<events::Sequence> log_end, views_applied;  // by partition
};

}  // namespace huiyin::engine
