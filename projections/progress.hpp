// How far the store has come, for readers that wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "projections/view_store.hpp"

namespace huiyin::projections {

struct Progress {
  explicit Progress(Partition partitions) : applied(partitions) {}

  Sequence get(Partition partition) const {
    return partition < applied.size() ? applied[partition].load() : 0;
  }
  void set(Position position) {
    if (position.partition >= applied.size()) return;
    applied[position.partition].store(position.sequence);
  }
  void announce() {
    // The lock orders the stores above against a waiter that is about to sleep.
    const std::lock_guard lock(mutex);
    changed.notify_all();
  }
  bool wait(Position position, std::chrono::steady_clock::time_point deadline) {
    if (get(position.partition) >= position.sequence) return true;
    std::unique_lock lock(mutex);
    hurry();
    return changed.wait_until(lock, deadline,
                              [&] { return get(position.partition) >= position.sequence; });
  }

  // With the lock held: once a writer has taken its function away, nobody calls it.
  void hurry() const {
    for (const auto& [writer, call] : writers) call();
  }

  std::vector<std::atomic<Sequence>> applied;
  std::atomic<std::int64_t> newest_ms{0};
  std::mutex applying;  // one apply() at a time
  bool failed = false;  // the last write; under `applying`
  std::mutex mutex;
  std::map<const void*, std::function<void()>> writers;
  std::condition_variable changed;
};

}  // namespace huiyin::projections
