// The runtime's counters while it runs. Written by its threads, read by whoever asks for figures.
#pragma once

#include <atomic>
#include <cstdint>

#include "engine/outcome.hpp"
#include "engine/runtime_metrics.hpp"

namespace huiyin::engine {

using Counter = std::atomic<std::uint64_t>;

inline void count(Counter& counter, std::uint64_t times = 1) {
  counter.fetch_add(times, std::memory_order_relaxed);
}

struct Metrics {
  Counter accepted = 0, repeated = 0, refused = 0, conflicts = 0, unavailable = 0, timed_out = 0,
          queue_full = 0;
  Counter timer_events = 0, follow_ups = 0;
  Counter batches = 0, events = 0, event_bytes = 0;
  Counter failed_appends = 0, failed_applies = 0, recoveries = 0;
  Counter cached_states = 0, cached_state_bytes = 0;
  Latency queued, decided, committed, applied, answered;

  void count_answer(const Answer& answer, Counter& outcome);
  void count_error(const RuntimeError& error);
  // All but what the processor knows itself: queue, lag, positions.
  void fill(RuntimeSnapshot& snapshot) const;
};

}  // namespace huiyin::engine
