#include "metrics.hpp"

#include <algorithm>
#include <bit>

namespace huiyin::engine {

std::uint64_t LatencySnapshot::quantile_us(double quantile) const {
  const auto wanted = static_cast<std::uint64_t>(quantile * static_cast<double>(total));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i) {
    seen += counts[i];
    if (seen > 0 && seen >= wanted) return 1ull << i;
  }
  return 0;
}

void Latency::add(std::chrono::steady_clock::duration duration, std::uint64_t times) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  const auto positive = static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0));
  const auto bucket =
      std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(positive)), counts_.size() - 1);
  counts_[bucket].fetch_add(times, std::memory_order_relaxed);
  sum_us_.fetch_add(positive * times, std::memory_order_relaxed);
}

LatencySnapshot Latency::snapshot() const {
  LatencySnapshot out;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    out.counts[i] = counts_[i].load(std::memory_order_relaxed);
    out.total += out.counts[i];
  }
  out.sum_us = sum_us_.load(std::memory_order_relaxed);
  return out;
}

void Metrics::count_answer(const Answer& answer, Counter& outcome) {
  if (std::holds_alternative<Outcome>(answer)) {
    count(outcome);
  } else if (const auto* error = std::get_if<RuntimeError>(&answer)) {
    count_error(*error);
  } else {
    count(refused);
  }
}

void Metrics::count_error(const RuntimeError& error) {
  switch (error.code) {
    case RuntimeErrorCode::conflict:
      return count(conflicts);
    case RuntimeErrorCode::timeout:
      return count(timed_out);
    case RuntimeErrorCode::queue_full:
      return count(queue_full);
    case RuntimeErrorCode::stopping:
    case RuntimeErrorCode::unavailable:
    case RuntimeErrorCode::disk_full:
      return count(unavailable);
  }
}

void Metrics::fill(RuntimeSnapshot& out) const {
  out.accepted = accepted;
  out.repeated = repeated;
  out.refused = refused;
  out.conflicts = conflicts;
  out.unavailable = unavailable;
  out.timed_out = timed_out;
  out.queue_full = queue_full;
  out.timer_events = timer_events;
  out.follow_ups = follow_ups;
  out.batches = batches;
  out.events = events;
  out.event_bytes = event_bytes;
  out.failed_appends = failed_appends;
  out.failed_applies = failed_applies;
  out.recoveries = recoveries;
  out.cached_states = cached_states;
  out.cached_state_bytes = cached_state_bytes;
  out.queued = queued.snapshot();
  out.decided = decided.snapshot();
  out.committed = committed.snapshot();
  out.applied = applied.snapshot();
  out.answered = answered.snapshot();
}

}  // namespace huiyin::engine
