// Server-sent events: one thread feeds all streams from the log as it grows.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

#include "event_feed.hpp"
#include "http/responder.hpp"

namespace huiyin::api {

class EventStreams {
 public:
  explicit EventStreams(const events::EventLog& log);
  ~EventStreams();

  // Takes over a stream. False when there are too many.
  bool add(http::StreamWriter writer, FeedCursor cursor);
  // More is in the log. Cheap; any thread.
  void wake();
  std::size_t size() const;

 private:
  struct Stream {
    http::StreamWriter writer;
    FeedCursor cursor;
  };
  void run(const std::stop_token& stop);
  bool feed(Stream& stream);  // false: the client has gone

  const events::EventLog& log_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  bool woken_ = false;
  std::list<Stream> arriving_;
  std::list<Stream> streams_;  // the thread's own
  std::size_t count_ = 0;
  std::jthread thread_;
};

}  // namespace huiyin::api
