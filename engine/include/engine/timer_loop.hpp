// The wall clock: asks the processor to fire the thresholds that have come due. What fires, and
// that it fires once, is decided from the case's state; here is only when to ask.
//
// Imported cases are left alone while an import may be going on, since their data's time is not
// ours: each command of an import fires the thresholds before it. Once the import is settled up to
// an instant (settle_imports), the wall clock fires what lies up to that instant.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "engine/processor.hpp"

namespace huiyin::engine {

struct TimerLimits {
  std::size_t round_cases = 256;          // asked for at once, so that commands get their turn
  std::size_t settle_cases = 4'096;       // likewise, while imports are settled
  std::chrono::milliseconds poll{1'000};  // how late a threshold may fire
  std::chrono::seconds retry_stuck{60};   // cases that are due but have nothing to fire
  std::size_t stuck_cases = 100'000;      // of these, remembered at most
  std::chrono::seconds views_wait{3};     // for a round to reach the views; a stop waits for it too
  std::chrono::seconds settle_wait{60};   // likewise, while imports are settled on a busy machine
};

class TimerLoop {
 public:
  // `imports_until`: up to when imported cases are the wall clock's. `only`: one partition's cases.
  TimerLoop(CaseProcessor& processor, const projections::ViewStore& views, IdSource& ids,
            events::Instant imports_until, TimerLimits limits = {},
            std::optional<events::Partition> only = {});
  ~TimerLoop();

  // Fires what is due at ids.now(), until nothing is or the processor refuses. Events fired.
  std::uint64_t run_due();
  // Fires what is due of imported cases up to the instant. Events fired, or why it ended early.
  std::expected<std::uint64_t, std::string> settle_imports(events::Instant until);
  // From now on the wall clock fires imported cases' thresholds up to this instant.
  void set_imports_until(events::Instant until);

  // A thread that calls run_due, and `also` after it, every poll. Once.
  void start(std::function<void()> also);
  void stop();

 private:
  struct Round {
    std::size_t cases = 0;    // asked
    std::uint64_t fired = 0;  // events
    std::string error;
  };
  Round round(events::Instant until, projections::DueOf which, std::size_t limit,
              std::chrono::seconds views_wait);
  std::uint64_t run_due_of(events::Instant until, projections::DueOf which);
  void run();

  CaseProcessor& processor_;
  const projections::ViewStore& views_;
  IdSource& ids_;
  const TimerLimits limits_;
  const std::optional<events::Partition> only_;

  std::mutex rounds_;  // one at a time
  // Due by the views, but nothing fired: a provisional miss, or a process that is not loaded.
  // Looked at again later, so that they do not stand before others.
  std::map<std::string, events::Instant> stuck_;
  std::chrono::steady_clock::time_point forget_stuck_{};

  std::mutex mutex_;  // of all below
  std::condition_variable changed_;
  events::Instant imports_until_;
  bool stopping_ = false;
  std::function<void()> also_;
  std::thread thread_;
};

}  // namespace huiyin::engine
