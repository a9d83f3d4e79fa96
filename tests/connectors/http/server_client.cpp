#include "connectors/http/server_client.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace huiyin::http::test {
namespace {

using Clock = std::chrono::steady_clock;

int remaining_ms(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

}  // namespace

Client::Client(std::uint16_t port, int receive_buffer_bytes) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket_ < 0) return;
  if (receive_buffer_bytes > 0) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                 sizeof(receive_buffer_bytes));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(std::exchange(socket_, -1));
  }
}

Client::Client(Client&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

Client::~Client() {
  if (socket_ >= 0) ::close(socket_);
}

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void Client::end_sending() { ::shutdown(socket_, SHUT_WR); }

void Client::reset() {
  const linger hard{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
  ::close(std::exchange(socket_, -1));
}

Client::Received Client::receive(Clock::time_point deadline) {
  pollfd ready{socket_, POLLIN, 0};
  if (::poll(&ready, 1, remaining_ms(deadline)) <= 0) return Received::timeout;
  std::array<char, 65536> bytes;
  const auto read = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (read <= 0) return Received::end;
  buffer_.append(bytes.data(), static_cast<std::size_t>(read));
  return Received::bytes;
}

std::string Client::read_response(bool head) {
  const auto deadline = Clock::now() + milliseconds(5'000);
  for (;;) {
    if (const auto end = buffer_.find("\r\n\r\n"); end != std::string::npos) {
      auto size = end + 4;
      const auto length = buffer_.find("Content-Length: ");
      if (!head && length < end) size += std::strtoul(buffer_.c_str() + length + 16, nullptr, 10);
      if (buffer_.size() >= size) {
        std::string response = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return response;
      }
    }
    if (receive(deadline) != Received::bytes) return {};
  }
}

std::string Client::read_until(std::string_view text, milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (buffer_.find(text) == std::string::npos && receive(deadline) == Received::bytes) {
  }
  return std::exchange(buffer_, {});
}

std::string Client::read_all(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (receive(deadline) == Received::bytes) {
  }
  return std::exchange(buffer_, {});
}

bool Client::closed_within(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  for (;;) {
    const auto received = receive(deadline);
    if (received != Received::bytes) return received == Received::end;
  }
}

int status_of(std::string_view bytes) {
  if (!bytes.starts_with("HTTP/1.1 ")) return 0;
  return std::atoi(std::string(bytes.substr(9, 3)).c_str());
}

std::string body_of(std::string_view response) {
  const auto end = response.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string() : std::string(response.substr(end + 4));
}

std::string get(std::string_view target, std::string_view fields) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(fields) +
         "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view fields) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(fields) + "\r\n" + std::string(body);
}

std::unique_ptr<Server> start(Handler handler, Limits limits, unsigned threads,
                              BodyLimit body_limit) {
  ServerOptions options;
  options.limits = limits;
  options.threads = threads;
  auto server = Server::start(options, std::move(handler), std::move(body_limit));
  if (!server) {
    std::fprintf(stderr, "server: %s\n", server.error().detail.c_str());
    std::abort();
  }
  return std::move(*server);
}

void echo(Request&& request, Responder&& responder) {
  Response response;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.target + " " + request.body;
  responder(std::move(response));
}

}  // namespace huiyin::http::test
