// What HTTP promises a well-behaved client.
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "connectors/http/server_client.hpp"

namespace huiyin::http::test {
namespace {

TEST(Server, AnswersManyRequestsOnOneConnection) {
  const auto server = start(echo);
  Client client(server->port());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client.send(post("/x/" + std::to_string(i), "body")));
    EXPECT_EQ(body_of(client.read_response()), "POST /x/" + std::to_string(i) + " body");
  }
  EXPECT_EQ(server->statistics().requests, 5U);
  EXPECT_EQ(server->statistics().connections_accepted, 1U);
}

TEST(Server, TakesARequestThatComesByteByByte) {
  const auto server = start(echo);
  Client client(server->port());
  for (const char byte : post("/slow", "a body") + get("/next")) {
    ASSERT_TRUE(client.send({&byte, 1}));
  }
  EXPECT_EQ(body_of(client.read_response()), "POST /slow a body");
  EXPECT_EQ(body_of(client.read_response()), "GET /next ");
}

// Keeps the responders and answers them backwards from another thread.
TEST(Server, AnswersPipelinedRequestsInTheirOrderWhateverOrderTheyCompleteIn) {
  constexpr std::size_t count = 200;  // more than may be in flight
  std::mutex mutex;
  std::condition_variable arrived;
  std::vector<std::pair<std::string, Responder>> waiting;
  std::size_t most_in_flight = 0;
  bool done = false;
  const auto server = start([&](Request&& request, Responder&& responder) {
    const std::lock_guard lock(mutex);
    waiting.emplace_back(request.target, std::move(responder));
    most_in_flight = std::max(most_in_flight, waiting.size());
    arrived.notify_one();
  });
  std::thread worker([&] {
    for (;;) {
      std::vector<std::pair<std::string, Responder>> batch;
      {
        std::unique_lock lock(mutex);
        arrived.wait(lock, [&] { return done || !waiting.empty(); });
        if (done) return;
        arrived.wait_for(lock, milliseconds(5));  // let a few more come
        batch.swap(waiting);
      }
      for (auto answer = batch.rbegin(); answer != batch.rend(); ++answer) {
        Response response;
        response.body = answer->first;
        answer->second(std::move(response));
      }
    }
  });
  Client client(server->port());
  std::string requests;
  for (std::size_t i = 0; i < count; ++i) requests += get("/" + std::to_string(i));
  ASSERT_TRUE(client.send(requests));
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(body_of(client.read_response()), "/" + std::to_string(i));
  }
  {
    const std::lock_guard lock(mutex);
    done = true;
    EXPECT_LE(most_in_flight, Limits{}.requests_in_flight);
    EXPECT_GT(most_in_flight, 1U);
    arrived.notify_one();
  }
  worker.join();
}

TEST(Server, AnswersWhatAHalfClosedClientHasAsked) {
  const auto server = start(echo);
  Client client(server->port());
  std::string requests;
  for (int i = 0; i < 300; ++i) requests += get("/" + std::to_string(i));
  ASSERT_TRUE(client.send(requests));
  client.end_sending();
  const auto all = client.read_all();
  EXPECT_NE(all.find("GET /0 "), std::string::npos);
  EXPECT_NE(all.find("GET /299 "), std::string::npos);
}

TEST(Server, AnswersHeadWithTheHeaderAlone) {
  const auto server = start(echo);
  Client client(server->port());
  ASSERT_TRUE(client.send("HEAD /h HTTP/1.1\r\nHost: test\r\n\r\n" + get("/g")));
  const auto head = client.read_response(true);
  EXPECT_NE(head.find("Content-Length: 8\r\n"), std::string::npos);
  EXPECT_EQ(body_of(client.read_response()), "GET /g ");
}

TEST(Server, SaysContinueBeforeTheBodyAndAfterEarlierAnswers) {
  const auto server = start(echo);
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/first") +
                          "POST /second HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\n"
                          "Expect: 100-continue\r\n\r\n"));
  EXPECT_EQ(body_of(client.read_response()), "GET /first ");
  EXPECT_EQ(client.read_response(true), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(client.send("body"));
  EXPECT_EQ(body_of(client.read_response()), "POST /second body");
}

TEST(Server, ReadsChunkedBodiesAndForgetsTrailers) {
  std::optional<std::string> trailer;
  const auto server = start([&](Request&& request, Responder&& responder) {
    trailer = request.header("X-Role").value_or("none");
    echo(std::move(request), std::move(responder));
  });
  Client client(server->port());
  ASSERT_TRUE(
      client.send("POST /c HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "4;note=1\r\nfour\r\n6\r\n bytes\r\n0\r\nX-Role: admin\r\n\r\n"));
  EXPECT_EQ(body_of(client.read_response()), "POST /c four bytes");
  EXPECT_EQ(trailer, "none");
  for (const char byte : std::string_view("POST /c HTTP/1.1\r\nHost: test\r\n"
                                          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")) {
    ASSERT_TRUE(client.send({&byte, 1}));
  }
  EXPECT_EQ(body_of(client.read_response()), "POST /c ");
}

TEST(Server, ClosesWhenTheClientAsksAndKeepsHttp10OpenOnlyWhenAsked) {
  const auto server = start(echo);
  Client closing(server->port());
  ASSERT_TRUE(closing.send(get("/a", "Connection: close\r\n") + get("/ignored")));
  const auto all = closing.read_all();
  EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos);
  EXPECT_EQ(all.find("ignored"), std::string::npos);

  Client old(server->port());
  ASSERT_TRUE(old.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_NE(old.read_response().find("Connection: keep-alive\r\n"), std::string::npos);
  ASSERT_TRUE(old.send("GET /b HTTP/1.0\r\n\r\n"));
  EXPECT_EQ(body_of(old.read_all()), "GET /b ");
}

TEST(Server, Answers500WhenAHandlerThrowsOrForgets) {
  const auto server = start([](Request&& request, Responder&& responder) {
    if (request.target == "/throw") throw std::runtime_error("a fault");
    const Responder forgotten = std::move(responder);
  });
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/throw") + get("/forget")));
  EXPECT_EQ(status_of(client.read_response()), 500);
  EXPECT_EQ(status_of(client.read_response()), 500);
  EXPECT_EQ(server->statistics().handler_faults, 1U);
}

TEST(Server, NeverSplitsAResponse) {
  const auto server = start([](Request&&, Responder&& responder) {
    Response response;
    response.headers.push_back({"Location", "/x\r\nSet-Cookie: stolen=1"});
    responder(std::move(response));
  });
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/")));
  const auto response = client.read_response();
  EXPECT_EQ(status_of(response), 500);
  EXPECT_EQ(response.find("Set-Cookie"), std::string::npos);
}

TEST(Server, ServesLargeResponsesToASlowReader) {
  const std::string large(8 * 1024 * 1024, 'x');
  const auto server = start([&](Request&&, Responder&& responder) {
    Response response;
    response.body = large;
    responder(std::move(response));
  });
  Client client(server->port(), 4096);
  ASSERT_TRUE(client.send(get("/1") + get("/2")));
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_EQ(body_of(client.read_response()).size(), large.size());
  EXPECT_EQ(body_of(client.read_response()).size(), large.size());
}

TEST(Server, SharesOnePortAmongItsThreads) {
  const auto server = start(echo, {}, 4);
  std::vector<Client> clients;
  clients.reserve(40);
  for (int i = 0; i < 40; ++i) clients.emplace_back(server->port());
  for (Client& client : clients) ASSERT_TRUE(client.send(get("/t")));
  for (Client& client : clients) EXPECT_EQ(body_of(client.read_response()), "GET /t ");
  EXPECT_EQ(server->statistics().connections_open, 40U);
}

TEST(Server, NamesWhyItCannotStart) {
  ServerOptions options;
  options.address = "not-an-address";
  EXPECT_EQ(Server::start(options, echo).error().code, ServerErrorCode::bad_address);
  options.address = "203.0.113.7";  // documentation range: never ours
  EXPECT_EQ(Server::start(options, echo).error().code, ServerErrorCode::cannot_listen);
}

}  // namespace
}  // namespace huiyin::http::test
