// Many, broken and hostile clients at once, and stopping in the middle of it.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "connectors/http/server_client.hpp"

namespace huiyin::http::test {
namespace {

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t size_pages = 0;
  std::size_t resident_pages = 0;
  file >> size_pages >> resident_pages;
  return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// The clients live in a process of their own, so that each side has its own descriptors. Talks over
// two pipes: a port in, the number of open connections out, one byte in to end.
class IdleClients {
 public:
  explicit IdleClients(std::size_t count) {
    if (::pipe(to_child_) != 0 || ::pipe(from_child_) != 0) std::abort();
    child_ = ::fork();
    if (child_ == 0) run(count);
  }
  ~IdleClients() {
    ::close(to_child_[1]);
    ::waitpid(child_, nullptr, 0);
    ::close(to_child_[0]);
    ::close(from_child_[0]);
    ::close(from_child_[1]);
  }
  std::size_t connect(std::uint16_t port) {
    std::size_t connected = 0;
    if (::write(to_child_[1], &port, sizeof(port)) != sizeof(port)) return 0;
    if (::read(from_child_[0], &connected, sizeof(connected)) != sizeof(connected)) return 0;
    return connected;
  }

 private:
  [[noreturn]] void run(std::size_t count) const {
    ::close(to_child_[1]);
    std::uint16_t port = 0;
    if (::read(to_child_[0], &port, sizeof(port)) == sizeof(port)) {
      std::vector<Client> clients;
      while (clients.size() < count) {
        clients.emplace_back(port);
        if (!clients.back().connected()) break;
      }
      const std::size_t connected = clients.size();
      char ended = 0;
      if (::write(from_child_[1], &connected, sizeof(connected)) > 0) {
        while (::read(to_child_[0], &ended, 1) > 0) {
        }
      }
    }
    ::_exit(0);
  }
  int to_child_[2]{};
  int from_child_[2]{};
  ::pid_t child_ = -1;
};

TEST(ServerStrain, TenThousandIdleConnectionsCostLittle) {
  constexpr std::size_t count = 10'000;
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < count + 200) {
    GTEST_SKIP() << "the system allows only " << limit.rlim_cur << " open files";
  }
  IdleClients idle(count);
  const auto server = start(echo);
  const auto before = resident_bytes();
  ASSERT_EQ(idle.connect(server->port()), count);
  for (int i = 0; i < 500 && server->statistics().connections_open < count; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_EQ(server->statistics().connections_open, count);
  const auto bytes_each = (resident_bytes() - before) / count;
  std::cout << "an idle connection costs " << bytes_each << " bytes\n";
#if !defined(__has_feature) || \
    !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
  EXPECT_LT(bytes_each, 8 * 1024U);
#endif
  Client client(server->port());
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(client.send(get("/among-many")));
  EXPECT_EQ(body_of(client.read_response()), "GET /among-many ");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1'000));
}

TEST(ServerStrain, RandomBytesNeverDisturbTheOthers) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  const std::vector<std::string> pieces{"GET / HTTP/1.1\r\n",
                                        "POST /x?y=%41 HTTP/1.1\r\n",
                                        "Host: t\r\n",
                                        "Content-Length: 5\r\n",
                                        "Transfer-Encoding: chunked\r\n",
                                        "\r\n",
                                        "5\r\nabcde\r\n",
                                        "0\r\n\r\n",
                                        "Expect: 100-continue\r\n",
                                        "Connection: close\r\n",
                                        " ",
                                        "\t",
                                        "\n",
                                        "\r",
                                        ":",
                                        "abcde",
                                        "ffffffff\r\n",
                                        "X: y\r\n"};
  const auto server = start(echo);
  Client steady(server->port());
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    const auto length = pick(20);
    for (std::size_t i = 0; i < length; ++i) {
      if (pick(4) == 0) {
        for (std::size_t n = pick(60); n > 0; --n) bytes.push_back(static_cast<char>(pick(256)));
      } else {
        bytes += pieces[pick(pieces.size())];
      }
    }
    Client client(server->port());
    ASSERT_TRUE(client.connected());
    client.send(bytes);
    if (pick(3) == 0) client.reset();
    if (round % 100 == 0) {
      ASSERT_TRUE(steady.send(get("/steady")));
      ASSERT_EQ(body_of(steady.read_response()), "GET /steady ") << "seed " << seed;
    }
  }
}

// Every answer that a client can see says whether it is the last; none is torn, and what was asked
// before the stop is answered.
TEST(ServerStrain, StopsUnderLoadWithinItsTime) {
  std::mutex mutex;
  std::vector<Responder> waiting;
  std::atomic<bool> done = false;
  auto server = start(
      [&](Request&&, Responder&& responder) {
        const std::lock_guard lock(mutex);
        waiting.push_back(std::move(responder));
      },
      {}, 2);
  std::thread worker([&] {
    while (!done) {
      std::vector<Responder> batch;
      {
        const std::lock_guard lock(mutex);
        batch.swap(waiting);
      }
      for (Responder& responder : batch) {
        Response response;
        response.body = "answered";
        responder(std::move(response));
      }
      std::this_thread::sleep_for(milliseconds(2));
    }
  });
  std::atomic<int> answered = 0;
  std::atomic<int> unanswered = 0;
  std::vector<std::thread> clients;
  clients.reserve(16);
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&] {
      for (;;) {
        Client client(server->port());
        if (!client.connected()) return;
        for (;;) {
          if (!client.send(get("/"))) return;
          const auto response = client.read_response();
          if (response.empty()) {
            ++unanswered;  // only a request that crossed with the close
            return;
          }
          EXPECT_EQ(body_of(response), "answered");
          ++answered;
          if (response.find("Connection: close") != std::string::npos) return;
        }
      }
    });
  }
  std::this_thread::sleep_for(milliseconds(200));
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(5'000));
  for (std::thread& client : clients) client.join();
  done = true;
  worker.join();
  EXPECT_GT(answered, 100);
  EXPECT_LE(unanswered, 16);
  EXPECT_FALSE(Client(server->port()).connected());
}

TEST(ServerStrain, StopsWithinItsTimeThoughAnAnswerNeverComes) {
  Limits limits;
  limits.stop_time = milliseconds(600);
  std::vector<Responder> kept;
  auto server = start(
      [&](Request&&, Responder&& responder) { kept.push_back(std::move(responder)); }, limits);
  Client client(server->port());
  ASSERT_TRUE(client.send(get("/")));
  while (server->statistics().requests == 0) std::this_thread::sleep_for(milliseconds(1));
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, milliseconds(1'500));
  server.reset();
  for (Responder& responder : kept) responder(Response{});  // too late, and harmless
}

}  // namespace
}  // namespace huiyin::http::test
