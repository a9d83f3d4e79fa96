// Brings what others wrote into this node's views, as the mirror grows.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "events/event_log.hpp"
#include "projections/view_store.hpp"

namespace huiyin::cluster {

class ViewFollower {
 public:
  // Both outlive it. `on_problem`: the partition's views stand still, and why.
  ViewFollower(const events::EventLog& log, projections::ViewStore& views,
               std::function<void(events::Partition, const std::string&)> on_problem);
  ~ViewFollower();

  // Thread-safe, all of them.
  void grown(events::Partition partition);
  // Leaves the partition's views to a processor; waits until no hand is on them.
  void leave(events::Partition partition);
  // Takes them up again.
  void resume(events::Partition partition);

 private:
  struct One {
    std::mutex applying;
    bool left = false;    // under `applying`
    bool broken = false;  // likewise
    bool grown = true;    // under mutex_: at the start every partition is looked at
  };
  void run();
  bool apply(events::Partition partition);

  const events::EventLog& log_;
  projections::ViewStore& views_;
  const std::function<void(events::Partition, const std::string&)> on_problem_;
  std::vector<One> partitions_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::cluster
