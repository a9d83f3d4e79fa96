#include "cluster/view_follower.hpp"

#include "projections/rebuild.hpp"

namespace huiyin::cluster {

namespace {
// A missed wake-up, or views that could not be written, are looked at again after it.
constexpr std::chrono::milliseconds look_again{500};
}  // namespace

ViewFollower::ViewFollower(const events::EventLog& log, projections::ViewStore& views,
                           std::function<void(events::Partition, const std::string&)> on_problem)
    : log_(log), views_(views), on_problem_(std::move(on_problem)), partitions_(log.partitions()) {
  thread_ = std::thread([this] { run(); });
}

ViewFollower::~ViewFollower() {
  stopping_ = true;
  changed_.notify_all();
  thread_.join();
}

void ViewFollower::grown(events::Partition partition) {
  const std::lock_guard lock(mutex_);
  partitions_[partition].grown = true;
  changed_.notify_all();
}

void ViewFollower::leave(events::Partition partition) {
  const std::lock_guard lock(partitions_[partition].applying);
  partitions_[partition].left = true;
}

void ViewFollower::resume(events::Partition partition) {
  {
    const std::lock_guard lock(partitions_[partition].applying);
    partitions_[partition].left = false;
  }
  grown(partition);
}

void ViewFollower::run() {
  while (!stopping_) {
    std::vector<events::Partition> todo;
    {
      std::unique_lock lock(mutex_);
      for (std::size_t i = 0; i < partitions_.size(); ++i) {
        if (partitions_[i].grown) todo.push_back(static_cast<events::Partition>(i));
        partitions_[i].grown = false;
      }
      if (todo.empty()) {
        changed_.wait_for(lock, look_again);
        continue;
      }
    }
    bool written = true;
    for (const events::Partition partition : todo) written = apply(partition) && written;
    if (!written) {  // views that cannot be written now may be later
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, look_again, [this] { return stopping_.load(); });
    }
  }
}

// False when the views could not be written; then it is looked at again.
bool ViewFollower::apply(events::Partition partition) {
  One& one = partitions_[partition];
  const std::lock_guard lock(one.applying);
  if (one.left || one.broken) return true;
  // A mirror that is being filled again may still be behind the views. Asked first: it grows.
  if (log_.end(partition) < views_.applied(partition)) return true;
  projections::CatchUpOptions options;
  options.partition = partition;
  options.stop = &stopping_;
  const auto done = projections::catch_up(log_, views_, options);
  if (done || done.error().code == projections::ReplayErrorCode::stopped) return true;
  if (done.error().code == projections::ReplayErrorCode::store) {
    grown(partition);
    return false;
  }
  one.broken = true;  // a log that cannot be read stays so
  on_problem_(partition, done.error().detail);
  return true;
}

}  // namespace huiyin::cluster
