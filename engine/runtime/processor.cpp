#include "engine/processor.hpp"

#include <future>

#include <pthread.h>

#include "engine/registry_kind.hpp"
#include "parts.hpp"
#include "projections/rebuild.hpp"

namespace huiyin::engine {

template <class Kind>
Processor<Kind>::Parts::Parts(events::EventLog& log, typename Kind::Views& views,
                              const typename Kind::Rules& rules, IdSource& ids,
                              ProcessorOptions options, CommitPort<Kind>* commit)
    : log_(log),
      commit_port_(commit),
      views_(views),
      ids_(ids),
      options_(std::move(options)),
      inbox_(options_.limits),
      decider_(log, views, rules, ids, options_, metrics_) {}

template <class Kind>
std::expected<void, std::string> Processor<Kind>::Parts::start() {
  if (auto caught_up = catch_up(); !caught_up) return caught_up;
  if (auto resumed = decider_.resume(); !resumed) return resumed;
  views_.on_hurry(this, [this] { hurry_views(); });
  // Named, so that top and profiles tell them apart.
  const auto named = [](std::thread& thread, const char* name) {
    ::pthread_setname_np(thread.native_handle(), name);
  };
  viewing_ = std::thread([this] { run_view_writer(); });
  named(viewing_, "views");
  appending_ = std::thread([this] { run_committer(); });
  named(appending_, "committer");
  deciding_ = std::thread([this] { run_decider(); });
  named(deciding_, "decider");
  return {};
}

template <class Kind>
std::expected<void, std::string> Processor<Kind>::Parts::catch_up() {
  projections::CatchUpOptions options;
  options.partition = options_.partition;
  const auto done = projections::catch_up(log_, views_, options);
  if (!done) return std::unexpected(done.error().detail);
  return {};
}

template <class Kind>
void Processor<Kind>::Parts::stop(std::chrono::milliseconds deadline) {
  const std::lock_guard once(stopping_);
  if (!deciding_.joinable()) return;
  inbox_.close();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, deadline, [&] { return committer_done_; });
  }
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
    changed_.notify_all();
  }
  inbox_.wake();
  deciding_.join();
  appending_.join();
  viewing_.join();
  views_.on_hurry(this, {});
}

template <class Kind>
bool Processor<Kind>::Parts::wait_for_views(Moment deadline) {
  for (events::Partition partition = 0; partition < log_.partitions(); ++partition) {
    if (options_.partition && partition != *options_.partition) continue;
    if (!views_.wait_applied({partition, log_.end(partition)}, deadline)) return false;
  }
  return true;
}

template <class Kind>
RuntimeSnapshot Processor<Kind>::Parts::snapshot() const {
  RuntimeSnapshot out;
  metrics_.fill(out);
  out.queue_depth = inbox_.size();
  {
    const std::lock_guard lock(mutex_);
    out.views_lag = lag_events_;
  }
  for (events::Partition partition = 0; partition < log_.partitions(); ++partition) {
    out.log_end.push_back(log_.end(partition));
    out.views_applied.push_back(views_.applied(partition));
  }
  return out;
}

template <class Kind>
Processor<Kind>::Processor(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

template <class Kind>
Processor<Kind>::~Processor() {
  stop(std::chrono::seconds(5));
}

template <class Kind>
std::expected<std::unique_ptr<Processor<Kind>>, std::string> Processor<Kind>::start(
    events::EventLog& log, typename Kind::Views& views, const typename Kind::Rules& rules,
    IdSource& ids, ProcessorOptions options, CommitPort<Kind>* commit) {
  auto parts = std::make_unique<Parts>(log, views, rules, ids, std::move(options), commit);
  if (auto started = parts->start(); !started) return std::unexpected(started.error());
  return std::unique_ptr<Processor>(new Processor(std::move(parts)));
}

template <class Kind>
std::expected<void, RuntimeError> Processor<Kind>::submit(Command command, std::uint64_t token,
                                                          AnswerSink& sink, std::size_t bytes) {
  auto taken = parts_->inbox().push(
      {std::move(command), token, &sink, bytes, false, std::chrono::steady_clock::now()});
  if (!taken) parts_->metrics().count_error(taken.error());
  return taken;
}

template <class Kind>
std::expected<void, RuntimeError> Processor<Kind>::submit_own(Command command, std::uint64_t token,
                                                              AnswerSink& sink) {
  return parts_->inbox().push(
      {std::move(command), token, &sink, 0, true, std::chrono::steady_clock::now()});
}

template <class Kind>
std::expected<void, RuntimeError> Processor<Kind>::submit_tick(Tick tick, std::uint64_t token,
                                                               AnswerSink& sink) {
  return parts_->inbox().push(
      {std::move(tick), token, &sink, 0, true, std::chrono::steady_clock::now()});
}

template <class Kind>
Answer Processor<Kind>::execute(Command command) {
  struct One final : AnswerSink {
    std::promise<Answer> promise;
    void answered(std::span<Answered> answers) override {
      promise.set_value(std::move(answers.front().answer));
    }
  };
  for (;;) {
    One sink;
    auto answer = sink.promise.get_future();
    const auto taken = submit(command, 0, sink);
    if (taken) return answer.get();
    if (taken.error().code != RuntimeErrorCode::queue_full) return taken.error();
    wait_for_room(std::chrono::steady_clock::now() + std::chrono::seconds(1));
  }
}

template <class Kind>
bool Processor<Kind>::wait_for_room(std::chrono::steady_clock::time_point deadline) {
  return parts_->inbox().wait_for_room(deadline);
}

template <class Kind>
bool Processor<Kind>::wait_for_views(std::chrono::steady_clock::time_point deadline) {
  return parts_->wait_for_views(deadline);
}

template <class Kind>
void Processor<Kind>::set_follow_ups(FollowUpSink* sink) {
  parts_->set_follow_ups(sink);
}

template <class Kind>
RuntimeSnapshot Processor<Kind>::snapshot() const {
  return parts_->snapshot();
}

template <class Kind>
void Processor<Kind>::stop(std::chrono::milliseconds deadline) {
  parts_->stop(deadline);
}

template class Processor<CaseKind>;
template class Processor<RegistryKind>;

}  // namespace huiyin::engine
