#include "event_stream.hpp"

#include "events/envelope.hpp"

namespace huiyin::api {
namespace {

constexpr std::size_t max_streams = 1'024;  // integrators' systems, not browsers of citizens
// Written to one stream before the next has its turn: well under its queue's 256 KiB.
constexpr std::size_t events_a_turn = 100;

void append_sse(std::string& out, std::string_view frame, const FeedCursor& cursor) {
  const auto view = events::decode_frame(frame);
  if (!view) {
    out += "event: corrupt\ndata: {}\n\n";
    return;
  }
  out += "id: " + format_cursor(cursor) + "\nevent: ";
  out += view->envelope.type;
  out += "\ndata: ";
  events::append_cloud_event(out, view->envelope, view->data);
  out += "\n\n";
}

}  // namespace

EventStreams::EventStreams(const events::EventLog& log)
    : log_(log), thread_([this](const std::stop_token& stop) { run(stop); }) {}

EventStreams::~EventStreams() {
  thread_.request_stop();
  wake();
}

bool EventStreams::add(http::StreamWriter writer, FeedCursor cursor) {
  {
    const std::lock_guard lock(mutex_);
    if (count_ >= max_streams) return false;
    ++count_;
    arriving_.push_back({std::move(writer), std::move(cursor)});
    woken_ = true;
  }
  changed_.notify_all();
  return true;
}

void EventStreams::wake() {
  {
    const std::lock_guard lock(mutex_);
    if (count_ == 0) return;
    woken_ = true;
  }
  changed_.notify_all();
}

std::size_t EventStreams::size() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

bool EventStreams::feed(Stream& stream) {
  if (stream.writer.closed()) return false;
  std::string text;
  const auto read = read_feed(log_, stream.cursor, events_a_turn, &text,
                              [](void* out, std::string_view frame, const FeedCursor& cursor) {
                                append_sse(*static_cast<std::string*>(out), frame, cursor);
                              });
  if (!read) return false;
  return text.empty() || stream.writer.write(text);
}

void EventStreams::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    bool behind = false;
    for (auto stream = streams_.begin(); stream != streams_.end();) {
      const bool alive = feed(*stream);
      for (events::Partition p = 0; alive && p < stream->cursor.size(); ++p) {
        behind = behind || stream->cursor[p] < log_.end(p);
      }
      if (alive) {
        ++stream;
        continue;
      }
      stream = streams_.erase(stream);
      const std::lock_guard lock(mutex_);
      --count_;
    }
    std::unique_lock lock(mutex_);
    // Clients that left are noticed within a second even when nothing happens. One that is behind
    // is given a moment to read: its queue is bounded, and running past it would drop it.
    changed_.wait_for(lock, stop,
                      behind ? std::chrono::milliseconds(5) : std::chrono::milliseconds(1'000),
                      [&] { return woken_ && !behind; });
    woken_ = false;
    streams_.splice(streams_.end(), arriving_);
  }
}

}  // namespace huiyin::api
