#include "figures.hpp"

namespace huiyin::cluster {
namespace {

void add(engine::LatencySnapshot& to, const engine::LatencySnapshot& from) {
  for (std::size_t i = 0; i < to.counts.size(); ++i) to.counts[i] += from.counts[i];
  to.total += from.total;
  to.sum_us += from.sum_us;
}

}  // namespace

void add_counters(engine::RuntimeSnapshot& to, const engine::RuntimeSnapshot& from) {
  to.accepted += from.accepted;
  to.repeated += from.repeated;
  to.refused += from.refused;
  to.conflicts += from.conflicts;
  to.unavailable += from.unavailable;
  to.timed_out += from.timed_out;
  to.queue_full += from.queue_full;
  to.timer_events += from.timer_events;
  to.follow_ups += from.follow_ups;
  to.batches += from.batches;
  to.events += from.events;
  to.event_bytes += from.event_bytes;
  to.failed_appends += from.failed_appends;
  to.failed_applies += from.failed_applies;
  to.recoveries += from.recoveries;
  add(to.queued, from.queued);
  add(to.decided, from.decided);
  add(to.committed, from.committed);
  add(to.applied, from.applied);
  add(to.answered, from.answered);
}

void add_gauges(engine::RuntimeSnapshot& to, const engine::RuntimeSnapshot& from) {
  to.queue_depth += from.queue_depth;
  to.cached_states += from.cached_states;
  to.cached_state_bytes += from.cached_state_bytes;
}

}  // namespace huiyin::cluster
