#include "connection.hpp"

#include <cstring>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "http/problem.hpp"

namespace huiyin::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// The connection whose handler is running on this thread: an answer that comes from within needs
// no detour through the mailbox.
thread_local const Connection* dispatching = nullptr;

}  // namespace

Connection::Connection(Loop& loop, tcp::socket socket)
    : loop_(loop),
      shared_(loop.shared()),
      mailbox_(loop.mailbox()),
      socket_(std::move(socket)),
      last_active_(loop.now()) {
  error_code ignored;
  std::ignore = socket_->non_blocking(true, ignored);
  std::ignore = socket_->set_option(tcp::no_delay(true), ignored);
  // A peer that vanished without a word is noticed when bytes for it stay unacknowledged.
  const auto unacknowledged_ms = static_cast<int>(shared_->limits.write_time.count());
  ::setsockopt(socket_->native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
               sizeof(unacknowledged_ms));
}

void Connection::start() { resume_reading(); }

void Connection::start_refused() {
  Response response = problem(503, "too-many-connections", "The server has no room; try later.");
  response.headers.push_back({"Retry-After", "1"});
  refuse(std::move(response));
  settle();
}

void Connection::begin_stop() {
  if (!socket_) return;
  if (stream_) end_stream();
  // A request that is half there may still come in whole; nothing beyond it is taken.
  if (!parser_) last_request_ = true;
  settle();
}

void Connection::close() {
  if (!socket_) return;
  const auto self = shared_from_this();
  error_code ignored;
  std::ignore = socket_->close(ignored);
  socket_.reset();
  if (parser_) loop_.give_back(std::move(parser_));
  drop_slots();
  if (const auto stream = std::exchange(stream_, nullptr)) stream->mark_closed();
  held_input_ = {};
  unsent_ = {};
  loop_.remove(*this);
}

// Ends whenever there is nothing to read for; resume_reading() starts it again.
asio::awaitable<void> Connection::read_loop(std::shared_ptr<Connection> self) {
  while (self->wants_input()) {
    if (self->stalled_) {
      const std::string held = std::exchange(self->held_input_, {});
      self->process(held);
      continue;
    }
    if (!self->more_to_read_) {
      // Waiting before reading keeps the read buffer out of the idle connection.
      auto [error] = co_await self->socket_->async_wait(tcp::socket::wait_read, as_result);
      if (error || !self->wants_input()) break;
    }
    self->read_some();
  }
  self->reading_ = false;
}

bool Connection::may_dispatch() const {
  return socket_ && !last_request_ && !stream_ && unsent_.empty() &&
         in_flight() < shared_->limits.requests_in_flight;
}

bool Connection::wants_input() const {
  if (!socket_) return false;
  if (stalled_) return may_dispatch();
  return !input_ended_ && (lingering_ || stream_ || may_dispatch());
}

void Connection::resume_reading() {
  if (reading_ || !wants_input()) return;
  reading_ = true;
  asio::co_spawn(loop_.io(), read_loop(shared_from_this()), asio::detached);
}

void Connection::read_some() {
  std::vector<char>& buffer = loop_.input();
  const auto held = held_input_.size();
  const auto room = buffer.size() - held;
  error_code error;
  const auto read = socket_->read_some(asio::buffer(buffer.data() + held, room), error);
  more_to_read_ = read == room;
  if (error == asio::error::would_block || error == asio::error::try_again) return;
  if (error == asio::error::eof) {
    input_ended_ = true;
    if (lingering_ || stream_) return close();
    return settle();
  }
  if (error) return close();
  if (lingering_ || stream_) return;  // nothing that could still be answered
  last_active_ = loop_.now();
  std::memcpy(buffer.data(), held_input_.data(), held);
  process({buffer.data(), held + read});
}

void Connection::process(std::string_view input) {
  auto step = ParseStep::ready;
  while (step == ParseStep::ready && !input.empty() && may_dispatch()) {
    if (!parser_) {
      parser_ = loop_.take_parser();
      request_started_ = last_active_;
    }
    input.remove_prefix(parser_->feed(input));
    step = parser_->step();
    if (step == ParseStep::ready) {
      continue_due_ = false;
      dispatch();
      write_answers();
    }
  }
  if (step == ParseStep::failed) {
    Counters::count(loop_.counters().malformed);
    refuse(parser_->take_failure());
  } else if (step == ParseStep::more) {
    if (parser_->wants_continue()) continue_due_ = true;
    if (input.empty() && parser_->untouched()) loop_.give_back(std::move(parser_));
  }
  if (!socket_) return;
  if (last_request_) input = {};
  stalled_ = step == ParseStep::ready && !input.empty();
  if (input.empty()) {
    held_input_ = {};
  } else {
    held_input_.assign(input);
  }
  settle();
}

void Connection::dispatch() {
  Request request = parser_->take_request();
  if (!parser_->keep_alive() || loop_.stopping()) last_request_ = true;
  Slot& slot = slots_.emplace_back();
  slot.head_request = request.method == "HEAD";
  slot.http_1_0 = parser_->http_1_0();
  slot.started = last_active_;
  loop_.give_back(std::move(parser_));
  Counters::count(loop_.counters().requests);
  dispatching = this;
  try {
    shared_->handler(std::move(request), Responder(shared_from_this(), next_sequence_++));
  } catch (...) {
    // The responder died with the handler's frame and has answered 500.
    Counters::count(loop_.counters().handler_faults);
  }
  dispatching = nullptr;
}

// An answer of the server's own, after those that are under way; then the connection ends.
void Connection::refuse(Response response) {
  if (parser_) loop_.give_back(std::move(parser_));
  response.close = true;
  last_request_ = true;
  Slot& slot = slots_.emplace_back();
  slot.state = Slot::State::answered;
  slot.response = std::move(response);
  ++next_sequence_;
}

void Connection::answer(std::uint64_t sequence, Response&& response) noexcept {
  Delivery delivery{
      Delivery::Kind::response, shared_from_this(), sequence, std::move(response), {}};
  if (dispatching == this) {
    deliver(delivery);
  } else {
    mailbox_->push(std::move(delivery));
  }
}

void Connection::open_stream(std::uint64_t sequence, StreamHead&& head,
                             std::shared_ptr<StreamChannel> channel) noexcept {
  auto opening = std::make_unique<StreamOpening>(std::move(head), std::move(channel));
  Delivery delivery{
      Delivery::Kind::stream_opening, shared_from_this(), sequence, {}, std::move(opening)};
  if (dispatching == this) {
    deliver(delivery);
  } else {
    mailbox_->push(std::move(delivery));
  }
}

void Connection::stream_ready(std::uint64_t sequence) noexcept {
  mailbox_->push({Delivery::Kind::stream_bytes, shared_from_this(), sequence, {}, {}});
}

std::size_t Connection::stream_queue_bytes() const noexcept {
  return shared_->limits.stream_queue_bytes;
}

void Connection::tick(TimePoint now) {
  const Limits& limits = shared_->limits;
  if (!socket_) return;
  if (lingering_) {
    if (now >= linger_deadline_) close();
  } else if (!unsent_.empty()) {
    if (now >= write_deadline_) close();
  } else if (stream_) {
    if (now - last_active_ >= limits.heartbeat_time) write_heartbeat();
  } else if (in_flight() > 0) {
    check_answer_time(now);
  } else if (parser_) {
    check_request_time(now);
  } else if (now - last_active_ >= limits.idle_time) {
    close();
  } else if (slots_.capacity() > 4) {
    slots_.shrink_to_fit();  // an idle connection keeps nothing of a burst
  }
}

void Connection::check_answer_time(TimePoint now) {
  Slot& slot = slots_[first_slot_];
  if (slot.state != Slot::State::waiting || now - slot.started < shared_->limits.answer_time) {
    return;
  }
  slot.response = problem(504, "no-answer", "No answer came in time; the outcome is unknown.");
  slot.response.close = true;
  slot.state = Slot::State::answered;
  settle();
}

void Connection::check_request_time(TimePoint now) {
  const Limits& limits = shared_->limits;
  const auto allowed = parser_->header_done() ? limits.request_time : limits.header_time;
  if (now - request_started_ < allowed) return;
  Counters::count(loop_.counters().malformed);
  refuse(problem(408, "request-timeout", "The request did not come in whole in time."));
  settle();
}

}  // namespace huiyin::http
