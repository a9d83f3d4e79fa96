// The second thread: makes what was decided durable, then answers.
#include <algorithm>

#include "engine/registry_kind.hpp"
#include "parts.hpp"

namespace huiyin::engine {

namespace {

RuntimeError from_log(const events::LogError& error) {
  const bool full = error.code == events::LogErrorCode::full;
  return {full ? RuntimeErrorCode::disk_full : RuntimeErrorCode::unavailable, error.detail};
}

}  // namespace

template <class Kind>
void Processor<Kind>::Parts::run_committer() {
  Chunk<Kind> chunk;
  while (take_ready(chunk)) {
    commit(chunk);
    const std::lock_guard lock(mutex_);
    committing_ = false;
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  committer_done_ = true;
  changed_.notify_all();
}

template <class Kind>
bool Processor<Kind>::Parts::take_ready(Chunk<Kind>& into) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ready_.number != 0 || decider_done_; });
  if (ready_.number == 0) return false;
  into = std::move(ready_);
  ready_ = {};
  committing_ = true;
  changed_.notify_all();
  return true;
}

template <class Kind>
void Processor<Kind>::Parts::commit(Chunk<Kind>& chunk) {
  std::optional<RuntimeError> failure;
  {
    const std::lock_guard lock(mutex_);
    failure = failure_;  // decided upon what is lost, or not at all
  }
  if (!failure) {
    failure = append(chunk);
    if (failure) {
      const std::lock_guard lock(mutex_);
      failure_ = failure;
    }
  }
  if (failure) {
    for (auto& reply : chunk.replies) {
      // What was never begun keeps its own reason.
      const auto* own = std::get_if<RuntimeError>(&reply.answered.answer);
      if (own == nullptr || own->detail.empty()) reply.answered.answer = *failure;
    }
  }
  // Before the answers: whoever has one may ask whether follow-ups are under way.
  FollowUpSink* sink = follow_ups_;
  if (!failure && sink != nullptr && !chunk.follow_ups.empty()) sink->committed(chunk.follow_ups);
  deliver(chunk.replies);
  if (failure) return;
  hand_to_views(chunk);
}

template <class Kind>
std::optional<RuntimeError> Processor<Kind>::Parts::append(Chunk<Kind>& chunk) {
  if (chunk.records.empty() && commit_port_ == nullptr) return std::nullopt;
  if (!wait_for_lag()) {
    const std::lock_guard lock(mutex_);
    return RuntimeError{RuntimeErrorCode::unavailable,
                        "the views cannot be written: " + views_failure_};
  }
  const Moment begun = std::chrono::steady_clock::now();
  const auto appended = make_durable(chunk);
  metrics_.committed.add(std::chrono::steady_clock::now() - begun);
  if (!appended) {
    count(metrics_.failed_appends);
    return from_log(appended.error());
  }
  count(metrics_.batches);
  count(metrics_.events, chunk.records.size());
  count(metrics_.event_bytes, chunk.bytes);
  if (options_.on_commit) options_.on_commit();
  return std::nullopt;
}

template <class Kind>
std::expected<void, events::LogError> Processor<Kind>::Parts::make_durable(
    const Chunk<Kind>& chunk) {
  if (commit_port_ == nullptr) return log_.append(chunk.records);
  std::vector<typename Durable<Kind>::Reply> replies;
  replies.reserve(chunk.replies.size());
  for (const Reply& reply : chunk.replies) replies.push_back({reply.sink, &reply.answered});
  return commit_port_->commit({chunk.records, replies, chunk.changes});
}

// False when the views are too far behind and cannot be written.
template <class Kind>
bool Processor<Kind>::Parts::wait_for_lag() {
  std::unique_lock lock(mutex_);
  const auto near = [&] { return lag_events_ < options_.limits.view_lag_events; };
  changed_.wait(lock, [&] { return near() || !views_failure_.empty(); });
  return near();
}

// Each sink gets all of its answers at once, in order.
template <class Kind>
void Processor<Kind>::Parts::deliver(std::vector<Reply>& replies) {
  const Moment now = std::chrono::steady_clock::now();
  for (const auto& reply : replies) {
    if (reply.outcome == nullptr) continue;
    metrics_.answered.add(now - reply.since);
    metrics_.count_answer(reply.answered.answer, *reply.outcome);
  }
  std::vector<std::pair<AnswerSink*, std::size_t>> order;
  order.reserve(replies.size());
  for (std::size_t i = 0; i < replies.size(); ++i) order.emplace_back(replies[i].sink, i);
  std::ranges::sort(order);
  std::vector<Answered> answers;
  for (auto at = order.begin(); at != order.end();) {
    answers.clear();
    AnswerSink* const sink = at->first;
    for (; at != order.end() && at->first == sink; ++at) {
      answers.push_back(std::move(replies[at->second].answered));
    }
    sink->answered(answers);
  }
}

template <class Kind>
void Processor<Kind>::Parts::hand_to_views(Chunk<Kind>& chunk) {
  Pending pending;
  pending.number = chunk.number;
  pending.events = chunk.records.size();
  pending.batch.changes = std::move(chunk.changes);
  pending.batch.commands = std::move(chunk.commands);
  pending.batch.newest_time = chunk.newest_time;
  std::vector<events::Sequence> ends(log_.partitions(), 0);
  for (const auto& record : chunk.records) {
    ends[record.position.partition] = record.position.sequence;
  }
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] > 0) {
      pending.batch.applied.push_back({static_cast<events::Partition>(i), ends[i]});
    }
  }
  const std::lock_guard lock(mutex_);
  lag_events_ += pending.events;
  pending_.push_back(std::move(pending));
  changed_.notify_all();
}

template void Processor<CaseKind>::Parts::run_committer();
template void Processor<RegistryKind>::Parts::run_committer();

}  // namespace huiyin::engine
