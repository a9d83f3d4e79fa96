// How a handler answers: once, from any thread, now or later, with a response or with a stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

namespace huiyin::http {

class StreamChannel;

struct StreamHead {
  std::string_view content_type = "text/event-stream";  // a literal
  std::vector<Parameter> headers;
  std::string_view heartbeat = ":\n\n";  // sent on a silent stream; a literal; empty: none
};

// Where answers go. The server's connections are such sinks; a test may have its own. Every
// function may be called from any thread; `sequence` says which request of the sink is meant.
class ResponseSink {
 public:
  virtual ~ResponseSink() = default;
  virtual void answer(std::uint64_t sequence, Response&& response) noexcept = 0;
  virtual void open_stream(std::uint64_t sequence, StreamHead&& head,
                           std::shared_ptr<StreamChannel> channel) noexcept = 0;
  // The channel of an open stream has something to take.
  virtual void stream_ready(std::uint64_t sequence) noexcept = 0;
  virtual std::size_t stream_queue_bytes() const noexcept = 0;
};

// The bounded queue between the writer of a stream and its connection. Thread-safe.
class StreamChannel {
 public:
  struct Taken {
    std::string bytes;
    bool finished = false;    // the writer has no more
    bool overflowed = false;  // the client was too slow: drop it
  };

  StreamChannel(std::weak_ptr<ResponseSink> sink, std::uint64_t sequence, std::size_t limit_bytes);

  bool write(std::string_view bytes);
  void finish();
  bool closed() const;
  void on_close(std::function<void()> callback);

  // The connection's side.
  Taken take();
  bool overflowed() const;
  void mark_closed();

 private:
  void notify(std::unique_lock<std::mutex>& lock);

  mutable std::mutex mutex_;
  std::weak_ptr<ResponseSink> sink_;
  std::uint64_t sequence_;
  std::size_t limit_bytes_;
  std::string pending_;
  bool notified_ = false;
  bool finished_ = false;
  bool overflowed_ = false;
  bool closed_ = false;
  std::function<void()> on_close_;
};

// The handler's end of a stream. Destroying it ends the stream properly. Thread-safe.
class StreamWriter {
 public:
  explicit StreamWriter(std::shared_ptr<StreamChannel> channel) : channel_(std::move(channel)) {}
  StreamWriter(StreamWriter&&) noexcept = default;
  StreamWriter& operator=(StreamWriter&& other) noexcept;
  ~StreamWriter();

  // Never waits. False: the client has gone or was dropped for being slow, and nothing more will
  // reach it. `bytes` are passed on as they are (for SSE, whole events).
  bool write(std::string_view bytes) { return channel_->write(bytes); }
  bool closed() const { return channel_->closed(); }
  // Called once, when the client has gone (at once, if it has), on a server thread or on the
  // caller's: it must be short, and must not call back into this writer.
  void on_close(std::function<void()> callback) { channel_->on_close(std::move(callback)); }

 private:
  std::shared_ptr<StreamChannel> channel_;
};

// The right to answer one request. Destroyed unused it answers 500, so that no client hangs.
class Responder {
 public:
  Responder(std::shared_ptr<ResponseSink> sink, std::uint64_t sequence)
      : sink_(std::move(sink)), sequence_(sequence) {}
  Responder(Responder&&) noexcept = default;
  Responder& operator=(Responder&& other) noexcept;
  ~Responder();

  // Each of the two at most once, and one of them only.
  void operator()(Response&& response);
  StreamWriter stream(StreamHead head = {});

 private:
  void answer_unused();

  std::shared_ptr<ResponseSink> sink_;  // empty once answered
  std::uint64_t sequence_;
};

// Called on a server thread: must not block. May be called from several threads at once.
using Handler = std::function<void(Request&&, Responder&&)>;

}  // namespace huiyin::http
