// The one way into the log. Commands wait in a bounded queue; batches form by themselves:
//
//   submit ──> queue ──> decider ──> committer ──> view writer
//                        decide,     append,       ViewStore::apply
//                        fold        answer
//
// Each arrow is a bounded hand-over between threads, so that while one batch is being made durable
// the next is decided on the state that it leaves. Every answer, refusals too, waits for the
// batches before it: nobody is told of a state that may yet be lost.
//
// When an append fails, what was decided after it is dropped and answered `unavailable`, and the
// decider starts again from what the log says it holds. The same happens when the views cannot be
// written and have fallen too far behind.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "engine/case_kind.hpp"
#include "engine/command_port.hpp"
#include "engine/commit_port.hpp"
#include "engine/id_source.hpp"
#include "engine/outcome.hpp"
#include "engine/runtime_metrics.hpp"
#include "events/event_log.hpp"

namespace huiyin::engine {

// Bounds, with what they are for.
struct ProcessorLimits {
  std::size_t queue_commands = 16'384;     // some 100 ms of work: beyond it, 429
  std::size_t queue_bytes = 64U << 20U;    // of commands' bodies as they were sent
  std::size_t internal_commands = 65'536;  // timers' and follow-ups' own queue
  std::size_t chunk_commands = 256;        // decided before the committer sees any of them
  std::size_t batch_commands = 4'096;      // made durable by one append
  std::size_t batch_bytes = 8U << 20U;     // likewise
  std::size_t view_lag_events = 32'768;    // durable, not yet in the views: then appends wait
  // Changes gather this long before the views are written, unless someone waits for the views: a
  // case that changes twice is then written once, and rows find their places in sorted batches.
  std::chrono::milliseconds view_pause{20};
  std::size_t view_batch_events = 16'384;       // gathered at most
  std::size_t state_cache_bytes = 96U << 20U;   // beyond what the views do not hold yet
  std::chrono::milliseconds queue_wait{5'000};  // longer: the asker has given up
  std::chrono::milliseconds retry_views{200};   // between attempts to write the views
};

struct ProcessorOptions {
  std::string source;  // of events: "/huiyin/<deployment>"
  ProcessorLimits limits;
  // Called on the committer's thread after each durable batch. Must be quick.
  std::function<void()> on_commit;
  // The only partition that it works on; none: all of them. Several processors may then share a log
  // and views, each the only writer of its partition.
  std::optional<events::Partition> partition;
  // Every command is answered before the next one, also one that must wait for the views: who reads
  // commands from a log keeps one position.
  bool in_order = false;
};

// A case's timers up to an instant, and nothing else: what the wall clock asks for. Its outcome may
// hold no events.
struct Tick {
  std::string case_id;
  events::Instant until{};
};

// A follow-up of an event that has become durable.
struct FollowUpRequest {
  std::string asker;  // the case whose event it is in
  events::Instant occurred_at{};
  events::FollowUp follow_up;
};

// Told of follow-ups when the events that hold them are durable. Called on the committer's thread.
class FollowUpSink {
 public:
  virtual void committed(std::span<FollowUpRequest> requests) = 0;

 protected:
  ~FollowUpSink() = default;
};

template <class Kind>
class Processor final : public CommandPort<typename Kind::Command> {
 public:
  using Command = typename Kind::Command;

  // Brings the views up to the log's end, then starts. All arguments outlive the processor, which
  // is the log's only writer and the views'. Fails when the log cannot be read, the views cannot be
  // written, or the views are ahead of the log, which then has lost events. With `commit`, batches
  // become durable through it, and the log is only read.
  static std::expected<std::unique_ptr<Processor>, std::string> start(
      events::EventLog& log, typename Kind::Views& views, const typename Kind::Rules& rules,
      IdSource& ids, ProcessorOptions options, CommitPort<Kind>* commit = nullptr);
  // Stops, and waits for it.
  ~Processor() override;
  Processor(const Processor&) = delete;
  Processor& operator=(const Processor&) = delete;

  // Everything below is thread-safe.

  std::expected<void, RuntimeError> submit(Command command, std::uint64_t token, AnswerSink& sink,
                                           std::size_t bytes = 1024) override;
  std::expected<void, RuntimeError> submit_own(Command command, std::uint64_t token,
                                               AnswerSink& sink) override;
  std::expected<void, RuntimeError> submit_tick(Tick tick, std::uint64_t token, AnswerSink& sink);
  // Submits and waits for the answer; waits for room in the queue too.
  Answer execute(Command command);
  // False when the queue is still full at the deadline.
  bool wait_for_room(std::chrono::steady_clock::time_point deadline);
  // False when what was durable at the call is not in the views at the deadline.
  bool wait_for_views(std::chrono::steady_clock::time_point deadline);

  // Null: none. Set before the first command that asks for a follow-up.
  void set_follow_ups(FollowUpSink* sink);

  RuntimeSnapshot snapshot() const;

  // Takes nothing any more, finishes what was taken, and ends the threads. What is not begun at the
  // deadline is answered `stopping`. Later calls wait for the first.
  void stop(std::chrono::milliseconds deadline);

 private:
  class Parts;
  explicit Processor(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

using CaseProcessor = Processor<CaseKind>;
extern template class Processor<CaseKind>;

}  // namespace huiyin::engine
