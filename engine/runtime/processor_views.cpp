// The third thread: brings the views after the log.
#include <unordered_map>

#include "engine/registry_kind.hpp"
#include "parts.hpp"

namespace huiyin::engine {

template <class Kind>
void join_changes(std::vector<typename Kind::Change>& changes) {
  std::unordered_map<std::string_view, std::size_t> places;
  places.reserve(changes.size());
  std::size_t kept = 0;
  for (auto& change : changes) {
    const auto [place, fresh] = places.emplace(change.after->id, kept);
    if (!fresh) {
      auto& first = changes[place->second];
      // The key is a text of a state that may go: let it be the newest one's.
      auto node = places.extract(place);
      node.key() = change.after->id;
      first.after = std::move(change.after);
      first.history.insert(first.history.end(), change.history.begin(), change.history.end());
      places.insert(std::move(node));
    } else {
      if (&changes[kept] != &change) changes[kept] = std::move(change);
      ++kept;
    }
  }
  changes.erase(changes.begin() + static_cast<std::ptrdiff_t>(kept), changes.end());
}

template <class Kind>
void Processor<Kind>::Parts::run_view_writer() {
  Pending pending;
  while (take_pending(pending)) {
    const bool written = write_views(pending);
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      if (written) {
        lag_events_ -= pending.events;
        applied_ = std::max(applied_, pending.number);
      }
      wake = wake_on_applied_;
      changed_.notify_all();
    }
    if (wake) inbox_.wake();
    if (!written) return;  // stopped: the next start catches up
  }
}

template <class Kind>
void Processor<Kind>::Parts::hurry_views() {
  const std::lock_guard lock(mutex_);
  hurry_ = true;
  changed_.notify_all();
}

// Waits until it is worth while to write the views: for a moment after the last time, unless there
// is much to write or someone waits for it.
template <class Kind>
void Processor<Kind>::Parts::let_changes_gather(std::unique_lock<std::mutex>& lock) {
  changed_.wait_until(lock, last_taken_ + options_.limits.view_pause, [&] {
    return committer_done_ || hurry_ || wake_on_applied_ ||
           lag_events_ >= options_.limits.view_batch_events;
  });
  hurry_ = false;
  last_taken_ = std::chrono::steady_clock::now();
}

// Takes all that is pending, as one batch.
template <class Kind>
bool Processor<Kind>::Parts::take_pending(Pending& into) {
  std::vector<Pending> taken;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !pending_.empty() || committer_done_; });
    if (pending_.empty()) return false;
    let_changes_gather(lock);
    taken.swap(pending_);
    writing_ = true;
  }
  into = std::move(taken.front());
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  };
  for (std::size_t i = 1; i < taken.size(); ++i) {
    auto& batch = taken[i].batch;
    into.number = taken[i].number;
    into.events += taken[i].events;
    into.batch.newest_time = std::max(into.batch.newest_time, batch.newest_time);
    append(into.batch.changes, batch.changes);
    append(into.batch.commands, batch.commands);
    append(into.batch.applied, batch.applied);
  }
  join_changes<Kind>(into.batch.changes);
  return true;
}

// Tries until it is done; a full disk under the views passes. False when stopped before.
template <class Kind>
bool Processor<Kind>::Parts::write_views(const Pending& pending) {
  if (pending.events == 0) return true;
  for (;;) {
    const Moment begun = std::chrono::steady_clock::now();
    const auto applied = views_.apply(pending.batch);
    if (applied) metrics_.applied.add(std::chrono::steady_clock::now() - begun);
    std::unique_lock lock(mutex_);
    views_failure_ = applied ? std::string() : applied.error().detail;
    if (applied) return true;
    count(metrics_.failed_applies);
    changed_.notify_all();
    changed_.wait_for(lock, options_.limits.retry_views, [&] { return committer_done_; });
    if (committer_done_) return false;
  }
}

template void Processor<CaseKind>::Parts::run_view_writer();
template void Processor<RegistryKind>::Parts::run_view_writer();
template void Processor<CaseKind>::Parts::hurry_views();
template void Processor<RegistryKind>::Parts::hurry_views();
template void join_changes<CaseKind>(std::vector<CaseKind::Change>&);
template void join_changes<RegistryKind>(std::vector<RegistryKind::Change>&);

}  // namespace huiyin::engine
