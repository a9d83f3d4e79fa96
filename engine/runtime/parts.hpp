// The threads of a processor and what they hand to each other (drawn in engine/processor.hpp).
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "decider.hpp"
#include "engine/processor.hpp"

namespace huiyin::engine {

template <class Kind>
class Processor<Kind>::Parts {
 public:
  Parts(events::EventLog& log, typename Kind::Views& views, const typename Kind::Rules& rules,
        IdSource& ids, ProcessorOptions options, CommitPort<Kind>* commit);

  std::expected<void, std::string> start();
  void stop(std::chrono::milliseconds deadline);
  RuntimeSnapshot snapshot() const;
  bool wait_for_views(Moment deadline);

  Inbox<Kind>& inbox() { return inbox_; }
  Metrics& metrics() { return metrics_; }
  void set_follow_ups(FollowUpSink* sink) { follow_ups_ = sink; }

 private:
  std::expected<void, std::string> catch_up();

  // What is durable and not yet in the views.
  struct Pending {
    std::uint64_t number = 0;
    std::size_t events = 0;
    typename Kind::Batch batch;
  };

  // In processor_decide.cpp.
  void run_decider();
  bool decide(std::vector<Submission<Kind>>& works);
  void decide_or_park(Submission<Kind>& one);
  bool unpark(std::vector<Submission<Kind>>& works);
  void wait_for_applied();
  void hand_over();
  bool recovered();
  std::expected<void, std::string> recover();

  // In processor_commit.cpp.
  void run_committer();
  bool take_ready(Chunk<Kind>& into);
  void commit(Chunk<Kind>& chunk);
  std::optional<RuntimeError> append(Chunk<Kind>& chunk);
  std::expected<void, events::LogError> make_durable(const Chunk<Kind>& chunk);
  bool wait_for_lag();
  void deliver(std::vector<Reply>& replies);
  void hand_to_views(Chunk<Kind>& chunk);

  // In processor_views.cpp.
  void run_view_writer();
  bool take_pending(Pending& into);
  void let_changes_gather(std::unique_lock<std::mutex>& lock);
  void hurry_views();
  bool write_views(const Pending& pending);

  events::EventLog& log_;
  CommitPort<Kind>* const commit_port_;  // null: the log itself
  typename Kind::Views& views_;
  IdSource& ids_;
  const ProcessorOptions options_;
  Metrics metrics_;
  Inbox<Kind> inbox_;
  Decider<Kind> decider_;
  std::atomic<FollowUpSink*> follow_ups_ = nullptr;
  std::atomic<bool> abandoned_ = false;  // the stop's deadline has passed

  // The decider's alone.
  std::vector<std::pair<std::uint64_t, Submission<Kind>>> parked_;
  std::uint64_t handed_ = 0;  // the last chunk's number

  mutable std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  Chunk<Kind> ready_;        // decided, for the next append
  bool committing_ = false;  // the committer is at work
  std::vector<Pending> pending_;
  bool writing_ = false;                 // the view writer is at work
  bool hurry_ = false;                   // someone waits for the views
  Moment last_taken_{};                  // when the view writer last took what was pending
  std::size_t lag_events_ = 0;           // of pending_ and of what is being written
  std::uint64_t applied_ = 0;            // the last chunk that is in the views
  bool wake_on_applied_ = false;         // the decider has parked something
  std::string views_failure_;            // why the views cannot be written now; empty: they can
  std::optional<RuntimeError> failure_;  // why nothing is appended until the decider has recovered
  bool decider_done_ = false, committer_done_ = false;

  std::mutex stopping_;
  std::thread deciding_, appending_, viewing_;
};

// Changes of one case become one, from the first's before to the last's after.
template <class Kind>
void join_changes(std::vector<typename Kind::Change>& changes);

}  // namespace huiyin::engine
