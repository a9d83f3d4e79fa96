// How far the store has come, for readers that wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

#include "projections/view_store.hpp"

namespace huiyin::projections {

struct ViewStore::Progress {
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
    if (hurry) hurry();
    return changed.wait_until(lock, deadline,
                              [&] { return get(position.partition) >= position.sequence; });
  }

  std::vector<std::atomic<Sequence>> applied;
  std::atomic<std::int64_t> newest_ms{0};
  bool failed = false;  // the last write; the writer alone reads it
  std::mutex mutex;
  std::function<void()> hurry;
  std::condition_variable changed;
};

}  // namespace huiyin::projections
