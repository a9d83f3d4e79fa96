// What the decider hands to the committer.
#pragma once

#include <iterator>
#include <vector>

#include "engine/processor.hpp"
#include "inbox.hpp"
#include "metrics.hpp"

namespace huiyin::engine {

struct Reply {
  AnswerSink* sink = nullptr;
  Answered answered;
  Moment since{};
  Counter* outcome = nullptr;  // what to count an outcome as; null: a tick, which is not counted
};

// Commands decided one after the other, and all that follows from them once they are durable. All
// of it or none.
template <class Kind>
struct Chunk {
  std::uint64_t number = 0;  // in order, from 1; of joined chunks the last one's
  std::vector<events::LogRecord> records;
  std::size_t bytes = 0;  // of frames
  std::vector<typename Kind::Change> changes;
  std::vector<projections::CommandRecord> commands;
  std::vector<FollowUpRequest> follow_ups;
  std::vector<Reply> replies;
  events::Instant newest_time{};

  // Appends a later chunk. A case may then be in `changes` more than once.
  void join(Chunk&& later) {
    number = later.number;
    bytes += later.bytes;
    newest_time = std::max(newest_time, later.newest_time);
    append(records, later.records);
    append(changes, later.changes);
    append(commands, later.commands);
    append(follow_ups, later.follow_ups);
    append(replies, later.replies);
  }

 private:
  template <class T>
  static void append(std::vector<T>& to, std::vector<T>& from) {
    if (to.empty()) {
      to = std::move(from);
    } else {
      to.insert(to.end(), std::make_move_iterator(from.begin()),
                std::make_move_iterator(from.end()));
    }
  }
};

}  // namespace huiyin::engine
