// Streams: events to many listeners, none of which can hold the server up.
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "connectors/http/server_client.hpp"

namespace huiyin::http::test {
namespace {

// Hands the writer of the only stream to the test.
class OneStream {
 public:
  Handler handler() {
    return [this](Request&&, Responder&& responder) {
      StreamWriter writer = responder.stream();
      writer.on_close([this] { ++closed; });
      const std::lock_guard lock(mutex_);
      writer_.emplace(std::move(writer));
    };
  }
  StreamWriter& writer() {
    for (;;) {
      {
        const std::lock_guard lock(mutex_);
        if (writer_) return *writer_;
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
  }
  void end() {
    const std::lock_guard lock(mutex_);
    writer_.reset();
  }
  bool closed_within(milliseconds timeout) const {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (closed == 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(milliseconds(1));
    }
    return closed == 1;
  }
  std::atomic<int> closed = 0;

 private:
  std::mutex mutex_;
  std::optional<StreamWriter> writer_;
};

TEST(ServerStream, SendsEventsAsTheyComeAndEndsProperly) {
  OneStream one;
  const auto server = start(one.handler());
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/events")));
  const auto head = client.read_until("\r\n\r\n");
  EXPECT_NE(head.find("Content-Type: text/event-stream\r\n"), std::string::npos);
  EXPECT_NE(head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_TRUE(one.writer().write("data: 1\n\n"));
  EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 1\n\n\r\n");
  EXPECT_TRUE(one.writer().write("data: 2\n\n"));
  EXPECT_EQ(client.read_until("\n\n\r\n"), "9\r\ndata: 2\n\n\r\n");
  one.end();
  EXPECT_EQ(client.read_all(), "0\r\n\r\n");
  EXPECT_TRUE(one.closed_within(milliseconds(1'000)));
}

TEST(ServerStream, ComesAfterEarlierAnswersAndRawToHttp10) {
  OneStream one;
  const auto stream = one.handler();
  const auto server = start([&](Request&& request, Responder&& responder) {
    if (request.target != "/events") return echo(std::move(request), std::move(responder));
    stream(std::move(request), std::move(responder));
  });
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/first") + "GET /events HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(body_of(client.read_response()), "GET /first ");
  one.writer().write("data: 1\n\n");
  one.end();
  const auto rest = client.read_all();
  EXPECT_EQ(body_of(rest), "data: 1\n\n");
}

TEST(ServerStream, BeatsWhileSilent) {
  Limits limits;
  limits.heartbeat_time = milliseconds(100);
  OneStream one;
  const auto server = start(one.handler(), limits);
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/events")));
  EXPECT_NE(client.read_until("3\r\n:\n\n\r\n3\r\n:\n\n\r\n", milliseconds(2'000)).find(":\n\n"),
            std::string::npos);
}

TEST(ServerStream, TellsTheWriterThatTheClientHasGone) {
  for (const bool hard : {false, true}) {
    OneStream one;
    const auto server = start(one.handler());
    {
      Client client(server->port());
      ASSERT_TRUE(client.send(get("/events")));
      client.read_until("\r\n\r\n");
      if (hard) client.reset();
    }
    EXPECT_TRUE(one.closed_within(milliseconds(2'000)));
    EXPECT_FALSE(one.writer().write("data: x\n\n"));
  }
}

TEST(ServerStream, DropsASlowClientWithinItsBoundAndKeepsTheFastOne) {
  Limits limits;
  limits.stream_queue_bytes = 64 * 1024;
  OneStream slow;
  OneStream fast;
  const auto server = start(
      [&](Request&& request, Responder&& responder) {
        auto& stream = request.target == "/slow" ? slow : fast;
        stream.handler()(std::move(request), std::move(responder));
      },
      limits);
  Client slow_client(server->port(), 4096);
  Client fast_client(server->port());
  ASSERT_TRUE(slow_client.send(get("/slow")));
  ASSERT_TRUE(fast_client.send(get("/fast")));
  fast_client.read_until("\r\n\r\n");
  const std::string event = "data: " + std::string(1'000, 'x') + "\n\n";
  bool dropped = false;
  for (int i = 0; i < 20'000 && !dropped; ++i) {
    dropped = !slow.writer().write(event);
    if (i % 10 != 0) continue;
    ASSERT_TRUE(fast.writer().write("data: " + std::to_string(i) + "\n\n"));
    ASSERT_NE(fast_client.read_until("\n\n\r\n").find("data: " + std::to_string(i)),
              std::string::npos);
  }
  EXPECT_TRUE(dropped);
  EXPECT_TRUE(slow.closed_within(milliseconds(2'000)));
  EXPECT_EQ(fast.closed, 0);
  EXPECT_EQ(server->statistics().streams_dropped, 1U);
}

TEST(ServerStream, EndsWhenTheServerStops) {
  OneStream one;
  const auto server = start(one.handler());
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/events")));
  client.read_until("\r\n\r\n");
  std::thread reader([&] { EXPECT_EQ(client.read_all(), "0\r\n\r\n"); });
  server->stop();
  reader.join();
  EXPECT_EQ(one.closed, 1);
  EXPECT_FALSE(one.writer().write("data: late\n\n"));
}

}  // namespace
}  // namespace huiyin::http::test
