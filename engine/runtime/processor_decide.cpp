// The first thread: decides what waits, hands it on chunk by chunk, and finds its feet again after
// an append has failed.
#include "engine/registry_kind.hpp"
#include "parts.hpp"

namespace huiyin::engine {

template <class Kind>
void Processor<Kind>::Parts::run_decider() {
  std::vector<Submission<Kind>> works;
  for (;;) {
    works.clear();
    if (!unpark(works)) {
      const bool open = inbox_.take(works, options_.limits.chunk_commands);
      if (!open && works.empty() && parked_.empty()) break;
      if (works.empty()) {
        if (!open) wait_for_applied();  // nothing new comes, what is parked waits for the views
        continue;
      }
    }
    if (!decide(works)) {
      for (const auto& one : works) {
        decider_.answer(one, RuntimeError{RuntimeErrorCode::unavailable, {}});
      }
    }
    hand_over();
  }
  const std::lock_guard lock(mutex_);
  decider_done_ = true;
  changed_.notify_all();
}

// Takes what has waited long enough. False when there is none, and the view writer will wake us.
template <class Kind>
bool Processor<Kind>::Parts::unpark(std::vector<Submission<Kind>>& works) {
  std::uint64_t applied = 0;
  {
    const std::lock_guard lock(mutex_);
    applied = applied_;
    wake_on_applied_ = !parked_.empty();
  }
  decider_.applied(applied);
  std::erase_if(parked_, [&](auto& parked) {
    if (parked.first > applied && !abandoned_) return false;
    works.push_back(std::move(parked.second));
    return true;
  });
  return !works.empty();
}

template <class Kind>
void Processor<Kind>::Parts::wait_for_applied() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::chrono::milliseconds(10));
}

// False when nothing can be decided now: then failure_ says why.
template <class Kind>
bool Processor<Kind>::Parts::decide(std::vector<Submission<Kind>>& works) {
  if (!recovered()) return false;
  const Moment begun = std::chrono::steady_clock::now();
  for (auto& one : works) {
    const auto waited = begun - one.since;
    metrics_.queued.add(waited);
    if (abandoned_) {
      decider_.answer(one, RuntimeError{RuntimeErrorCode::stopping, "the server is stopping"});
    } else if (!one.internal && waited > options_.limits.queue_wait) {
      decider_.answer(one, RuntimeError{RuntimeErrorCode::timeout, "waited too long; not begun"});
    } else {
      decide_or_park(one);
    }
    // A command with large texts ends the chunk early.
    if (decider_.chunk().bytes > options_.limits.batch_bytes) hand_over();
  }
  metrics_.decided.add(std::chrono::steady_clock::now() - begun);
  return true;
}

template <class Kind>
void Processor<Kind>::Parts::decide_or_park(Submission<Kind>& one) {
  while (const auto parked = decider_.decide(one)) {
    if (!options_.in_order) {
      parked_.emplace_back(parked->after, std::move(one));
      return;
    }
    hand_over();
    std::unique_lock lock(mutex_);
    wake_on_applied_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return applied_ >= parked->after || failure_ || abandoned_; });
    const std::uint64_t applied = applied_;
    lock.unlock();
    if (applied < parked->after) {  // what it waits for is lost, or nobody waits any more
      decider_.answer(one, RuntimeError{RuntimeErrorCode::unavailable, {}});
      return;
    }
    decider_.applied(applied);
  }
}

template <class Kind>
void Processor<Kind>::Parts::hand_over() {
  if (decider_.chunk().replies.empty()) return;
  Chunk<Kind> chunk = decider_.take_chunk();
  handed_ = chunk.number;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return ready_.replies.size() < options_.limits.batch_commands &&
           ready_.bytes < options_.limits.batch_bytes;
  });
  if (ready_.number == 0) {
    ready_ = std::move(chunk);
  } else {
    ready_.join(std::move(chunk));
  }
  changed_.notify_all();
}

template <class Kind>
bool Processor<Kind>::Parts::recovered() {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) return true;
  }
  const auto done = recover();
  const std::lock_guard lock(mutex_);
  if (!done) {
    failure_->detail = done.error();
    return false;
  }
  failure_.reset();
  count(metrics_.recoveries);
  return true;
}

// What was decided is dropped: the committer answers it. When all three hands are still and the
// views have what the log has, deciding goes on from there.
template <class Kind>
std::expected<void, std::string> Processor<Kind>::Parts::recover() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      const bool still = ready_.number == 0 && !committing_ && pending_.empty() && !writing_;
      return still || !views_failure_.empty();
    });
    if (!views_failure_.empty()) return std::unexpected("the views: " + views_failure_);
    applied_ = handed_;
  }
  if (auto caught_up = catch_up(); !caught_up) return caught_up;
  return decider_.resume();
}

template void Processor<CaseKind>::Parts::run_decider();
template void Processor<RegistryKind>::Parts::run_decider();

}  // namespace huiyin::engine
