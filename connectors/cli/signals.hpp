// SIGINT and SIGTERM, as a wish to end.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

namespace huiyin::cli {

// While one lives, the signals set its flag instead of ending the process; the second signal ends
// it all the same. One at a time.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  const std::atomic<bool>& flag() const;
};

// Blocks the two signals in this thread and those that it starts, so that wait_for_stop can take
// them. Call before any thread starts.
void block_stop_signals();
// The number of the signal that came.
int wait_for_stop();
// The same, or nothing when none came in that time.
std::optional<int> wait_for_stop(std::chrono::milliseconds patience);

// While one lives, such a signal ends the process at once: nobody waits for an answer yet, and what
// is being opened may stand still for long. Between block_stop_signals and wait_for_stop.
class EndOnStop {
 public:
  EndOnStop();

 private:
  std::jthread thread_;
};

}  // namespace huiyin::cli
