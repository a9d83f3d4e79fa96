// Each bound of limits.hpp with the status that it answers, and the ways to smuggle a request.
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "connectors/http/server_client.hpp"

namespace huiyin::http::test {
namespace {

// What the server answers to these bytes; and it must close after a refusal.
int status_for(const Server& server, std::string_view bytes) {
  Client client(server.port());
  client.send(bytes);
  const auto status = status_of(client.read_response());
  if (status != 200) EXPECT_TRUE(client.closed_within(milliseconds(3'000))) << bytes;
  return status;
}

// A client sees the end of its connection a moment before the server has counted it.
bool all_closed_within(const Server& server, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (server.statistics().connections_open > 0) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return true;
}

TEST(ServerLimits, BoundTheHeader) {
  const auto server = start(echo);
  const std::string just_right(8 * 1024 - get("/", "X: \r\n").size(), 'x');
  EXPECT_EQ(status_for(*server, get("/", "X: " + just_right + "\r\n")), 200);
  EXPECT_EQ(status_for(*server, get("/", "X: " + just_right + "x\r\n")), 431);
  EXPECT_EQ(status_for(*server, "GET /" + std::string(9'000, 'a')), 431);
  std::string many;
  for (int i = 0; i < 2'000; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_for(*server, get("/", many)), 431);
}

TEST(ServerLimits, BoundTheBodyByRoute) {
  Limits limits;
  limits.body_bytes = 1'000;
  const auto server =
      start(echo, limits, 1, [](std::string_view, std::string_view path) -> std::size_t {
        return path == "/bulk" ? 100'000 : 1'000;
      });
  EXPECT_EQ(status_for(*server, post("/", std::string(1'000, 'x'))), 200);
  EXPECT_EQ(status_for(*server, post("/", std::string(1'001, 'x'))), 413);
  EXPECT_EQ(status_for(*server, post("/bulk?x=1", std::string(100'000, 'x'))), 200);
  const std::string chunked = "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(status_for(*server, chunked + "3e9\r\n"), 413);
  EXPECT_EQ(status_for(*server, chunked + "3e8\r\n" + std::string(1'000, 'x') + "\r\n1\r\n"), 413);
  EXPECT_EQ(status_for(*server, chunked + "ffffffffffffffff\r\n"), 413);
  // Without the body ever being asked for.
  EXPECT_EQ(status_for(*server,
                       "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9999999\r\n"
                       "Expect: 100-continue\r\n\r\n"),
            413);
  // The answer reaches a client that is still sending.
  EXPECT_EQ(status_for(*server, post("/", std::string(400'000, 'x'))), 413);
}

TEST(ServerLimits, BoundTheTimeOfAHeaderThatTrickles) {
  Limits limits;
  limits.header_time = milliseconds(200);
  const auto server = start(echo, limits);
  Client client(server->port());
  client.send("GET / HTTP/1.1\r\nHost: test\r\n");
  const auto begin = std::chrono::steady_clock::now();
  std::thread trickle([&] {
    for (int i = 0; i < 20 && client.send("X-" + std::to_string(i) + ": 1\r\n"); ++i) {
      std::this_thread::sleep_for(milliseconds(50));
    }
  });
  EXPECT_EQ(status_of(client.read_until("\r\n\r\n")), 408);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(900));
  trickle.join();
}

TEST(ServerLimits, BoundTheTimeOfABody) {
  Limits limits;
  limits.request_time = milliseconds(200);
  const auto server = start(echo, limits);
  EXPECT_EQ(status_for(*server, "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\nhalf"),
            408);
}

TEST(ServerLimits, CloseIdleConnections) {
  Limits limits;
  limits.idle_time = milliseconds(150);
  const auto server = start(echo, limits);
  Client silent(server->port());
  Client used(server->port());
  ASSERT_TRUE(used.send(get("/") + "\r\n"));
  EXPECT_EQ(status_of(used.read_response()), 200);
  EXPECT_TRUE(silent.closed_within(milliseconds(2'000)));
  EXPECT_TRUE(used.closed_within(milliseconds(2'000)));
  EXPECT_TRUE(all_closed_within(*server, milliseconds(2'000)));
}

TEST(ServerLimits, BoundTheTimeOfAnAnswerAndIgnoreTheLateOne) {
  Limits limits;
  limits.answer_time = milliseconds(150);
  std::vector<Responder> kept;
  const auto server = start(
      [&](Request&&, Responder&& responder) { kept.push_back(std::move(responder)); }, limits);
  EXPECT_EQ(status_for(*server, get("/")), 504);
  for (Responder& responder : kept) responder(Response{});
}

TEST(ServerLimits, DropAClientThatDoesNotReadItsAnswer) {
  Limits limits;
  limits.write_time = milliseconds(200);
  const auto server = start(
      [](Request&&, Responder&& responder) {
        Response response;
        response.body.assign(16 * 1024 * 1024, 'x');
        responder(std::move(response));
      },
      limits);
  Client client(server->port(), 4096);
  ASSERT_TRUE(client.send(get("/")));
  EXPECT_TRUE(all_closed_within(*server, milliseconds(3'000)));
}

TEST(ServerLimits, RefuseConnectionsPastTheBoundAndTakeThemAgainLater) {
  Limits limits;
  limits.connections = 3;
  const auto server = start(echo, limits);
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server->port());
    ASSERT_TRUE(clients.back().send(get("/")));
    EXPECT_EQ(status_of(clients.back().read_response()), 200);
  }
  Client refused(server->port());
  EXPECT_EQ(status_of(refused.read_response()), 503);
  EXPECT_TRUE(refused.closed_within(milliseconds(3'000)));
  clients.clear();
  ASSERT_TRUE(all_closed_within(*server, milliseconds(3'000)));
  EXPECT_EQ(status_for(*server, get("/")), 200);
  EXPECT_EQ(server->statistics().connections_refused, 1U);
}

TEST(ServerLimits, RefuseEveryFormThatAProxyMightReadOtherwise) {
  const auto server = start(echo);
  const std::string line = "POST / HTTP/1.1\r\n";
  const std::string host = line + "Host: t\r\n";
  const std::vector<std::string> forms{
      host + "Transfer-Encoding: xchunked\r\n\r\n",
      host + "Transfer-Encoding: identity, chunked\r\n\r\n0\r\n\r\n",
      host + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
      host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      host + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
      host + "Transfer-Encoding:\r\n\r\n",
      host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
      host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      host + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
      host + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      host + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
      host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
      host + "Content-Length: 3, 3\r\n\r\nabc",
      host + "Content-Length: +3\r\n\r\nabc",
      host + "Content-Length: -3\r\n\r\nabc",
      host + "Content-Length: 0x3\r\n\r\nabc",
      host + "Content-Length: 99999999999999999999999\r\n\r\nabc",
      host + "Content-Length:\r\n\r\n",
      host + "X: a\r\n folded\r\n\r\n",
      host + "X: a\r\n\tfolded\r\n\r\n",
      host + "X: a\nContent-Length: 3\r\n\r\nabc",
      host + "X: a\rb\r\n\r\n",
      host + std::string("X: a\0b\r\n\r\n", 10),
      host + "no colon\r\n\r\n",
      host + ": no name\r\n\r\n",
      host + "Host: other\r\n\r\n",
      line + "\r\n",
      line + "Host: a b\r\n\r\n",
      line + "Host: user@host\r\n\r\n",
      "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      "POST  / HTTP/1.1\r\nHost: t\r\n\r\n",
      "POST /\r\n\r\n",
      "GET /a#b HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /\xC3\xA9 HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET relative HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /?q=%zz HTTP/1.1\r\nHost: t\r\n\r\n",
      "GET /?q=%ff HTTP/1.1\r\nHost: t\r\n\r\n",
      "CONNECT host:443 HTTP/1.1\r\nHost: t\r\n\r\n",
      "\x16\x03\x01\x02\x01",  // somebody speaks TLS
      "GET / HTTP/1.1\nHost: t\n\n",
      host + "Transfer-Encoding: chunked\r\n\r\nzzz\r\n",
      host + "Transfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n0\r\n\r\n",
      host + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(9'000, 'x'),
      host + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + std::string(9'000, 'x'),
  };
  for (const std::string& form : forms) EXPECT_EQ(status_for(*server, form), 400) << form;
  // What stands after the second space is not a version that is spoken here.
  EXPECT_EQ(status_for(*server, "POST / a HTTP/1.1\r\nHost: t\r\n\r\n"), 505);
  EXPECT_EQ(status_for(*server, "PO ST / HTTP/1.1\r\nHost: t\r\n\r\n"), 505);
  EXPECT_EQ(status_for(*server, "GET / HTTP/2.0\r\nHost: t\r\n\r\n"), 505);
  EXPECT_EQ(status_for(*server, host + "Expect: miracles\r\n\r\n"), 417);
  EXPECT_EQ(server->statistics().requests, 0U);
  EXPECT_EQ(status_for(*server, "GET http://test/absolute HTTP/1.1\r\nHost: test\r\n\r\n"), 200);
}

TEST(ServerLimits, BackOffWhenDescriptorsRunOut) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  const auto server = start(echo);
  std::vector<Client> clients;
  clients.emplace_back(server->port());
  ASSERT_TRUE(clients.back().send(get("/")));
  ASSERT_EQ(status_of(clients.back().read_response()), 200);
  rlimit low = before;
  low.rlim_cur = 64;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  while (clients.size() < 64) {
    Client client(server->port());
    if (!client.connected()) break;
    clients.push_back(std::move(client));
  }
  std::this_thread::sleep_for(milliseconds(250));
  ASSERT_TRUE(clients.front().send(get("/still")));
  EXPECT_EQ(status_of(clients.front().read_response()), 200);
  const auto failures = server->statistics().accept_failures;
  EXPECT_GE(failures, 1U);
  EXPECT_LE(failures, 10U);  // it does not spin
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_TRUE(clients.back().send(get("/queued")));
  EXPECT_EQ(status_of(clients.back().read_response()), 200);
}

}  // namespace
}  // namespace huiyin::http::test
