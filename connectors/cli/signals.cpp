#include "signals.hpp"

#include <csignal>
#include <cstdlib>

namespace huiyin::cli {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);  // usable in a signal handler

extern "C" void interrupt(int number) {
  interrupted = true;
  std::signal(number, SIG_DFL);
}

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Interruption::Interruption() {
  interrupted = false;
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
}

Interruption::~Interruption() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

const std::atomic<bool>& Interruption::flag() const { return interrupted; }

void block_stop_signals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

int wait_for_stop() {
  const sigset_t set = stop_signals();
  int number = 0;
  while (sigwait(&set, &number) != 0) {
  }
  return number;
}

EndOnStop::EndOnStop()
    : thread_([](const std::stop_token& over) {
        while (!over.stop_requested()) {
          if (wait_for_stop(std::chrono::milliseconds(100))) std::_Exit(EXIT_SUCCESS);
        }
      }) {}

std::optional<int> wait_for_stop(std::chrono::milliseconds patience) {
  const sigset_t set = stop_signals();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(patience);
  const timespec time{.tv_sec = seconds.count(),
                      .tv_nsec = std::chrono::nanoseconds(patience - seconds).count()};
  const int number = sigtimedwait(&set, nullptr, &time);
  if (number < 0) return std::nullopt;
  return number;
}

}  // namespace huiyin::cli
