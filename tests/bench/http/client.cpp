#include "client.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace huiyin::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Connection {
  int socket = -1;
  std::uint64_t sent = 0;
  std::string input;
  Clock::time_point asked;
};

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::abort();
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return socket;
}

// Bytes of the response at the front of `text` once it is whole, else 0.
std::size_t whole_response(const std::string& text) {
  const auto head = text.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  std::size_t length = 0;
  for (std::size_t line = text.find("\r\n"); line < head; line = text.find("\r\n", line + 2)) {
    constexpr std::string_view name = "content-length: ";
    const char* at = text.data() + line + 2;
    const bool same =
        std::equal(name.begin(), name.end(), at, [](char a, char b) { return a == (b | 0x20); });
    if (same) std::from_chars(at + name.size(), text.data() + head, length);
  }
  const std::size_t size = head + 4 + length;
  return text.size() >= size ? size : 0;
}

}  // namespace

double LoadResult::quantile(double q) const {
  if (latencies_ms.empty()) return 0;
  return latencies_ms[static_cast<std::size_t>(q * static_cast<double>(latencies_ms.size() - 1))];
}

LoadResult run_load(std::uint16_t port, unsigned connections, std::uint64_t total,
                    const MakeRequest& make) {
  LoadResult result;
  result.latencies_ms.reserve(total);
  const int poll = ::epoll_create1(0);
  std::vector<Connection> all(connections);
  std::uint64_t begun = 0;
  std::string request;
  const auto ask = [&](unsigned index) {
    Connection& c = all[index];
    request.clear();
    make(request, index, c.sent++);
    c.asked = Clock::now();
    if (::send(c.socket, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      std::abort();  // requests are small: they fit into the socket's buffer
    }
    ++begun;
  };
  for (unsigned i = 0; i < connections; ++i) {
    all[i].socket = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = i;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
  }
  const auto start = Clock::now();
  for (unsigned i = 0; i < connections; ++i) ask(i);
  std::array<epoll_event, 64> events;
  std::array<char, 65'536> buffer;
  while (result.requests < begun) {
    const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 30'000);
    if (ready <= 0) std::abort();
    for (int e = 0; e < ready; ++e) {
      const unsigned index = events[static_cast<std::size_t>(e)].data.u32;
      Connection& c = all[index];
      const ssize_t got = ::recv(c.socket, buffer.data(), buffer.size(), 0);
      if (got <= 0) std::abort();
      c.input.append(buffer.data(), static_cast<std::size_t>(got));
      const std::size_t size = whole_response(c.input);
      if (size == 0) continue;
      result.latencies_ms.push_back(
          std::chrono::duration<float, std::milli>(Clock::now() - c.asked).count());
      ++result.requests;
      if (c.input.compare(0, 10, "HTTP/1.1 2") != 0) {
        if (result.failed++ == 0) result.first_failure = c.input.substr(0, size);
      }
      c.input.erase(0, size);
      if (begun < total) ask(index);
    }
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (const Connection& c : all) ::close(c.socket);
  ::close(poll);
  std::ranges::sort(result.latencies_ms);
  return result;
}

}  // namespace huiyin::bench
