// How a batch becomes durable where the log takes more with it than events: answers, offsets, rows.
#pragma once

#include <cstdint>
#include <expected>
#include <span>

#include "engine/outcome.hpp"
#include "events/event_log.hpp"

namespace huiyin::engine {

// All of it or none. Everything is in the order in which it was decided.
template <class Kind>
struct Durable {
  struct Reply {
    const AnswerSink* sink = nullptr;
    const Answered* answered = nullptr;
  };
  std::span<const events::LogRecord> records;      // may be empty: refusals alone
  std::span<const Reply> replies;                  // one for each command and tick
  std::span<const typename Kind::Change> changes;  // a case may be in it more than once
};

template <class Kind>
class CommitPort {
 public:
  // Called on the committer's thread. After an error the processor reads the log anew: what it says
  // then is what was written.
  virtual std::expected<void, events::LogError> commit(const Durable<Kind>& batch) = 0;

 protected:
  ~CommitPort() = default;
};

}  // namespace huiyin::engine
