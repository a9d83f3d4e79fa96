// Keeps the text index up with the log, on a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "events/event_log.hpp"
#include "text_search/text_index.hpp"

namespace huiyin::node {

class TextFollower {
 public:
  TextFollower(const events::EventLog& log, text_search::TextIndex& index);
  ~TextFollower();

  // More was appended. Cheap; any thread.
  void wake();
  // Until the index has what is in the log at the call; false at the deadline.
  bool wait(std::chrono::steady_clock::time_point deadline);

 private:
  void run(const std::stop_token& stop);
  enum class Step : std::uint8_t { nothing, all, more };
  // Takes at most a bounded number of events from every partition: `more` when some are left.
  Step step();
  bool is_behind(const std::vector<events::Sequence>& ends) const;

  const events::EventLog& log_;
  text_search::TextIndex& index_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = true;
  bool hurry_ = false;  // someone waits
  std::jthread thread_;
};

}  // namespace huiyin::node
