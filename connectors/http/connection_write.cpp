#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connection.hpp"
#include "response_text.hpp"

namespace huiyin::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// A blocked client must take this much in each Limits::write_time.
constexpr std::size_t progress_bytes = 64 * 1024;
// The loop's scratch output shrinks back to its start after a response larger than this.
constexpr std::size_t kept_output_bytes = 1024 * 1024;

}  // namespace

void Connection::deliver(Delivery& delivery) {
  delivered_ = true;
  if (delivery.kind == Delivery::Kind::stream_bytes) return;
  Slot* slot = waiting_slot(delivery.sequence);
  if (slot == nullptr) {  // the connection ended, or the answer time did
    if (delivery.stream) delivery.stream->channel->mark_closed();
    return;
  }
  slot->state = delivery.stream ? Slot::State::streaming : Slot::State::answered;
  slot->response = std::move(delivery.response);
  slot->stream = std::move(delivery.stream);
}

void Connection::settle_delivered() {
  if (std::exchange(delivered_, false)) settle();
}

// Whatever happened: writes what can be written and decides what the connection waits for next.
void Connection::settle() {
  write_answers();
  write_stream();
  flush();
  if (!socket_) return;
  const bool all_sent = in_flight() == 0 && unsent_.empty() && !stream_;
  if (all_sent && (last_request_ || (input_ended_ && !stalled_))) return finish();
  resume_reading();
}

void Connection::write_answers() {
  while (socket_ && in_flight() > 0 && unsent_.empty() && !stream_) {
    Slot& slot = slots_[first_slot_];
    if (slot.state == Slot::State::waiting) return;
    write_answer(slot);
    if (loop_.output().size() >= shared_->limits.write_batch_bytes) flush();
  }
  if (continue_due_ && socket_ && in_flight() == 0 && unsent_.empty()) {
    continue_due_ = false;
    loop_.output().append("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void Connection::write_answer(Slot& slot) {
  if (slot.state == Slot::State::streaming) return begin_stream(slot);
  const bool close = slot.response.close || (last_request_ && in_flight() == 1);
  append_response(loop_.output(), slot.response,
                  {loop_.date(), slot.head_request, slot.http_1_0, close});
  pop_slot();
  if (close) {
    last_request_ = true;
    drop_slots();
  } else if (in_flight() == 0) {
    request_started_ = last_active_;  // a half request behind slow answers has its time from here
  }
}

void Connection::begin_stream(Slot& slot) {
  const auto opening = std::move(slot.stream);
  const bool head_request = slot.head_request;
  stream_raw_ = slot.http_1_0;
  last_request_ = true;
  stalled_ = false;
  pop_slot();
  drop_slots();
  const bool begun = append_stream_head(loop_.output(), opening->head,
                                        {loop_.date(), head_request, stream_raw_, true});
  if (!begun || head_request) {
    opening->channel->mark_closed();
    return;
  }
  stream_ = opening->channel;
  stream_heartbeat_ = opening->head.heartbeat;
}

void Connection::write_stream() {
  if (!stream_ || !socket_) return;
  // While the socket is blocked the channel fills up to its bound, and then the client is dropped.
  const auto taken =
      unsent_.empty() ? stream_->take() : StreamChannel::Taken{{}, false, stream_->overflowed()};
  if (taken.overflowed) {
    Counters::count(loop_.counters().streams_dropped);
    return close();
  }
  if (!taken.bytes.empty()) append_chunk(loop_.output(), taken.bytes, stream_raw_);
  if (taken.finished) end_stream();
}

void Connection::write_heartbeat() {
  last_active_ = loop_.now();
  if (stream_heartbeat_.empty()) return;
  append_chunk(loop_.output(), stream_heartbeat_, stream_raw_);
  settle();
}

void Connection::end_stream() {
  if (unsent_.empty()) append_last_chunk(loop_.output(), stream_raw_);
  std::exchange(stream_, nullptr)->mark_closed();
}

void Connection::flush() {
  std::string& output = loop_.output();
  if (output.empty()) return;
  if (socket_) {
    error_code error;
    auto sent = socket_->write_some(asio::buffer(output), error);
    if (error == asio::error::would_block || error == asio::error::try_again) {
      sent = 0;
    } else if (error) {
      output.clear();
      return close();
    }
    last_active_ = loop_.now();
    if (sent < output.size()) {
      unsent_.assign(output, sent);
      unsent_begin_ = 0;
      expect_progress();
      asio::co_spawn(loop_.io(), write_loop(shared_from_this()), asio::detached);
    }
  }
  output.clear();
  if (output.capacity() > kept_output_bytes) output.shrink_to_fit();
}

asio::awaitable<void> Connection::write_loop(std::shared_ptr<Connection> self) {
  while (self->socket_ && !self->unsent_.empty()) {
    auto [error] = co_await self->socket_->async_wait(tcp::socket::wait_write, as_result);
    if (error || !self->socket_) co_return;
    self->write_unsent();
  }
  self->settle();
}

void Connection::write_unsent() {
  error_code error;
  const auto rest = asio::buffer(unsent_) + unsent_begin_;
  const auto sent = socket_->write_some(rest, error);
  if (error == asio::error::would_block || error == asio::error::try_again) return;
  if (error) return close();
  unsent_begin_ += sent;
  if (unsent_begin_ == unsent_.size()) {
    unsent_ = {};
  } else if (unsent_begin_ >= unsent_mark_) {
    expect_progress();
  }
}

void Connection::expect_progress() {
  unsent_mark_ = unsent_begin_ + progress_bytes;
  write_deadline_ = loop_.now() + shared_->limits.write_time;
}

// Our side closes first, and the rest of the client's bytes are read and forgotten for a while: a
// hard close with unread input would make its system throw the last response away.
void Connection::finish() {
  if (input_ended_) return close();
  if (lingering_) return resume_reading();
  lingering_ = true;
  stalled_ = false;
  held_input_ = {};
  linger_deadline_ = loop_.now() + shared_->limits.linger_time;
  error_code ignored;
  std::ignore = socket_->shutdown(tcp::socket::shutdown_send, ignored);
  resume_reading();
}

Connection::Slot* Connection::waiting_slot(std::uint64_t sequence) {
  if (sequence < first_sequence() || sequence >= next_sequence_) return nullptr;
  Slot& slot = slots_[first_slot_ + (sequence - first_sequence())];
  return slot.state == Slot::State::waiting ? &slot : nullptr;
}

void Connection::pop_slot() {
  slots_[first_slot_] = {};
  ++first_slot_;
  if (first_slot_ == slots_.size()) {
    slots_.clear();
    first_slot_ = 0;
  } else if (first_slot_ >= shared_->limits.requests_in_flight) {
    slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(first_slot_));
    first_slot_ = 0;
  }
}

void Connection::drop_slots() {
  auto dropped = std::exchange(slots_, {});
  first_slot_ = 0;
  for (Slot& slot : dropped) {
    if (slot.stream) slot.stream->channel->mark_closed();
  }
}

}  // namespace huiyin::http
