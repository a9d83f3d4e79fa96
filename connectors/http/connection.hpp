// One client connection: reads requests, hands them on, writes the answers in the order of the
// requests. All of it on its loop's thread, except for the ResponseSink functions.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "loop.hpp"

namespace huiyin::http {

class Connection final : public ResponseSink, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, boost::asio::ip::tcp::socket socket);

  void start();
  void start_refused();  // answers 503 and closes
  void begin_stop();     // answers what has been asked, then closes
  void tick(TimePoint now);
  void close();  // at once

  // Stores an answer that came through the mailbox; settle_delivered() then writes.
  void deliver(Delivery& delivery);
  void settle_delivered();

  // ResponseSink: any thread.
  void answer(std::uint64_t sequence, Response&& response) noexcept override;
  void open_stream(std::uint64_t sequence, StreamHead&& head,
                   std::shared_ptr<StreamChannel> channel) noexcept override;
  void stream_ready(std::uint64_t sequence) noexcept override;
  std::size_t stream_queue_bytes() const noexcept override;

  std::size_t index = 0;  // the loop's, in its list

 private:
  // A request that is not answered yet, or whose answer waits for those before it.
  struct Slot {
    enum class State : std::uint8_t { waiting, answered, streaming };
    State state = State::waiting;
    bool head_request = false;
    bool http_1_0 = false;
    TimePoint started;
    Response response;
    std::unique_ptr<StreamOpening> stream;
  };

  static boost::asio::awaitable<void> read_loop(std::shared_ptr<Connection> self);
  static boost::asio::awaitable<void> write_loop(std::shared_ptr<Connection> self);

  // Reading: connection.cpp
  bool may_dispatch() const;
  bool wants_input() const;
  void read_some();
  void process(std::string_view input);
  void dispatch();
  void refuse(Response response);
  void resume_reading();

  // Writing: connection_write.cpp
  void settle();
  void write_answers();
  void write_answer(Slot& slot);
  void begin_stream(Slot& slot);
  void write_stream();
  void write_heartbeat();
  void end_stream();
  void flush();
  void write_unsent();
  void expect_progress();
  void finish();

  std::size_t in_flight() const { return slots_.size() - first_slot_; }
  std::uint64_t first_sequence() const { return next_sequence_ - in_flight(); }
  Slot* waiting_slot(std::uint64_t sequence);
  void pop_slot();
  void drop_slots();
  void check_answer_time(TimePoint now);
  void check_request_time(TimePoint now);

  Loop& loop_;  // gone when the connection is closed and a responder still holds it
  const std::shared_ptr<Shared> shared_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::optional<boost::asio::ip::tcp::socket> socket_;  // empty: closed

  std::string held_input_;                 // read but not parsed yet
  std::unique_ptr<RequestParser> parser_;  // while a request is half there
  TimePoint request_started_;
  TimePoint last_active_;

  std::vector<Slot> slots_;  // from first_slot_ on
  std::size_t first_slot_ = 0;
  std::uint64_t next_sequence_ = 0;

  std::string unsent_;  // what the socket did not take
  std::size_t unsent_begin_ = 0;
  std::size_t unsent_mark_ = 0;  // how far it must come by write_deadline_
  TimePoint write_deadline_;
  TimePoint linger_deadline_;

  std::shared_ptr<StreamChannel> stream_;  // while the last answer is a stream
  std::string_view stream_heartbeat_;
  bool stream_raw_ = false;  // to an HTTP/1.0 client

  bool reading_ = false;       // read_loop runs
  bool more_to_read_ = false;  // the last read filled its buffer
  bool stalled_ = false;       // held_input_ waits for a free slot, not for bytes
  bool last_request_ = false;  // no further request is taken
  bool input_ended_ = false;   // the client has closed its side
  bool lingering_ = false;     // our side is closed
  bool continue_due_ = false;  // "100 Continue" is owed
  bool delivered_ = false;     // settle_delivered() has something to do
};

}  // namespace huiyin::http
