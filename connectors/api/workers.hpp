// Threads for what would hold up the HTTP loops: queries that scan, sealing that syncs, waiting for
// a position to reach the views.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

#include "events/position.hpp"
#include "projections/view_store.hpp"

namespace huiyin::api {

class Workers {
 public:
  Workers(const projections::ViewStore& views, unsigned threads);
  ~Workers();  // drops what has not begun

  // Runs `job` soon; false when too much is waiting already (answer 503).
  bool run(std::function<void()> job);

  // Runs `job(true)` once the views hold the positions, or `job(false)` at the deadline.
  bool run_at(std::vector<events::Position> positions,
              std::chrono::steady_clock::time_point deadline, std::function<void(bool)> job);

 private:
  struct Wait {
    std::vector<events::Position> positions;
    std::chrono::steady_clock::time_point deadline;
    std::function<void(bool)> job;
  };
  void work(const std::stop_token& stop);
  void watch(const std::stop_token& stop);

  const projections::ViewStore& views_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::queue<std::function<void()>> jobs_;
  std::vector<Wait> waits_;
  std::vector<std::jthread> threads_;
};

}  // namespace huiyin::api
