// The engine at work on one machine: processor, follow-ups and wall clock over one log and its
// views.
#pragma once

#include <filesystem>
#include <memory>

#include "engine/follow_ups.hpp"
#include "engine/processor.hpp"
#include "engine/timer_loop.hpp"

namespace huiyin::engine {

struct RuntimeOptions {
  ProcessorOptions processor;
  TimerLimits timers;
  // Holds up to when imports are settled; made when it is not there. Not derived from the log,
  // since it says nothing about a case: losing it only lets imported cases wait for the next
  // settlement.
  std::filesystem::path settlement_file;
  bool wall_clock = true;  // false: nobody fires timers unasked (imports, tests)
  // For one partition of several that processors share (processor.partition): how its batches
  // become durable, and who takes its follow-ups to other partitions. Null: the log, the processor.
  CommitPort<CaseKind>* commit = nullptr;
  CaseCommands* follow_ups_to = nullptr;
};

class Runtime {
 public:
  // All arguments outlive it. An error is a sentence for people.
  static std::expected<std::unique_ptr<Runtime>, std::string> start(events::EventLog& log,
                                                                    projections::ViewStore& views,
                                                                    const Definitions& definitions,
                                                                    IdSource& ids,
                                                                    RuntimeOptions options);
  ~Runtime();

  // All below is thread-safe.
  CaseProcessor& processor() { return *processor_; }
  const FollowUps& follow_ups() const { return *follow_ups_; }
  TimerLoop& timers() { return *timers_; }

  // Sends again the follow-ups that could not be sent; the wall clock's thread does this by itself.
  void resend_follow_ups() { follow_ups_->resend(); }

  // Before an import's first command: imported cases are left to the import until it is settled.
  std::expected<void, std::string> begin_import();
  // Fires the imported cases' thresholds up to `as_of`, at most now. From then on the wall clock
  // looks after them: up to `as_of` where that is given, else for good. Events fired.
  std::expected<std::uint64_t, std::string> settle_imports(std::optional<events::Instant> as_of);

  RuntimeSnapshot snapshot() const;

  // Takes no more commands, finishes what was taken, then ends the threads; see Processor::stop.
  void stop(std::chrono::milliseconds deadline = std::chrono::seconds(5));

 private:
  Runtime(IdSource& ids, RuntimeOptions options);

  IdSource& ids_;
  RuntimeOptions options_;
  std::unique_ptr<CaseProcessor> processor_;
  std::unique_ptr<FollowUps> follow_ups_;
  std::unique_ptr<TimerLoop> timers_;
};

}  // namespace huiyin::engine
