#include "http/responder.hpp"

#include <cstdlib>
#include <utility>

#include "http/problem.hpp"

namespace huiyin::http {

StreamChannel::StreamChannel(std::weak_ptr<ResponseSink> sink, std::uint64_t sequence,
                             std::size_t limit_bytes)
    : sink_(std::move(sink)), sequence_(sequence), limit_bytes_(limit_bytes) {}

bool StreamChannel::write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  if (closed_ || finished_ || overflowed_) return false;
  if (pending_.size() + bytes.size() > limit_bytes_) {
    overflowed_ = true;
    pending_ = {};
    notified_ = false;  // a blocked connection has not taken the last batch, and must hear of this
    notify(lock);
    return false;
  }
  pending_.append(bytes);
  notify(lock);
  return true;
}

void StreamChannel::finish() {
  std::unique_lock lock(mutex_);
  if (closed_ || finished_) return;
  finished_ = true;
  notify(lock);
}

// One wake-up per batch: until take() the connection knows already.
void StreamChannel::notify(std::unique_lock<std::mutex>& lock) {
  if (std::exchange(notified_, true)) return;
  lock.unlock();
  if (const auto sink = sink_.lock()) sink->stream_ready(sequence_);
}

bool StreamChannel::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_ || overflowed_;
}

void StreamChannel::on_close(std::function<void()> callback) {
  {
    const std::lock_guard lock(mutex_);
    if (!closed_) {
      on_close_ = std::move(callback);
      return;
    }
  }
  callback();
}

StreamChannel::Taken StreamChannel::take() {
  const std::lock_guard lock(mutex_);
  notified_ = false;
  return {std::exchange(pending_, {}), finished_, overflowed_};
}

bool StreamChannel::overflowed() const {
  const std::lock_guard lock(mutex_);
  return overflowed_;
}

void StreamChannel::mark_closed() {
  std::function<void()> callback;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(closed_, true)) return;
    pending_ = {};
    callback = std::exchange(on_close_, {});
  }
  if (callback) callback();
}

StreamWriter& StreamWriter::operator=(StreamWriter&& other) noexcept {
  if (this != &other) {
    if (channel_) channel_->finish();
    channel_ = std::move(other.channel_);
  }
  return *this;
}

StreamWriter::~StreamWriter() {
  if (channel_) channel_->finish();
}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    answer_unused();
    sink_ = std::move(other.sink_);
    sequence_ = other.sequence_;
  }
  return *this;
}

Responder::~Responder() { answer_unused(); }

void Responder::answer_unused() {
  if (!sink_) return;
  sink_->answer(sequence_, problem(500, "internal", "The request was given up inside the server."));
  sink_.reset();
}

void Responder::operator()(Response&& response) {
  if (!sink_) std::abort();  // a second answer would belong to another request
  const auto sink = std::exchange(sink_, nullptr);
  sink->answer(sequence_, std::move(response));
}

StreamWriter Responder::stream(StreamHead head) {
  if (!sink_) std::abort();
  const auto sink = std::exchange(sink_, nullptr);
  auto channel = std::make_shared<StreamChannel>(sink, sequence_, sink->stream_queue_bytes());
  sink->open_stream(sequence_, std::move(head), channel);
  return StreamWriter(std::move(channel));
}

}  // namespace huiyin::http
