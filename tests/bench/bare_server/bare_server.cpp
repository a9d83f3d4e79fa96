#include "bench/bare_server.hpp"

#include <thread>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <sys/socket.h>

namespace huiyin::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct Answer {
  std::string body;
  std::string content_type;
};

asio::awaitable<void> serve(tcp::socket socket, const Answer* answer) {
  socket.set_option(tcp::no_delay(true));
  boost::beast::tcp_stream stream(std::move(socket));
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request<http::string_body> request;
    const auto [read_error, read] = co_await http::async_read(stream, buffer, request, as_result);
    if (read_error) co_return;
    http::response<http::string_body> response(http::status::ok, request.version());
    response.set(http::field::date, "Thu, 01 Jan 1970 00:00:00 GMT");
    response.set(http::field::content_type, answer->content_type);
    response.keep_alive(request.keep_alive());
    response.body() = answer->body;
    response.prepare_payload();
    const auto [write_error, written] = co_await http::async_write(stream, response, as_result);
    if (write_error || !request.keep_alive()) co_return;
  }
}

asio::awaitable<void> accept(tcp::acceptor* acceptor, const Answer* answer) {
  for (;;) {
    auto [error, socket] = co_await acceptor->async_accept(as_result);
    if (error) co_return;
    asio::co_spawn(acceptor->get_executor(), serve(std::move(socket), answer), asio::detached);
  }
}

}  // namespace

struct BareServer::Implementation {
  struct Loop {
    asio::io_context io{1};
    tcp::acceptor acceptor{io};
    std::thread thread;
  };
  Answer answer;
  std::vector<std::unique_ptr<Loop>> loops;
};

BareServer::BareServer(std::string body, std::string content_type, unsigned threads)
    : implementation_(new Implementation{{std::move(body), std::move(content_type)}, {}}) {
  using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
  tcp::endpoint endpoint(asio::ip::address_v4::loopback(), 0);
  for (unsigned i = 0; i < threads; ++i) {
    auto loop = std::make_unique<Implementation::Loop>();
    loop->acceptor.open(endpoint.protocol());
    loop->acceptor.set_option(ReusePort(true));
    loop->acceptor.bind(endpoint);
    loop->acceptor.listen();
    endpoint = loop->acceptor.local_endpoint();
    asio::co_spawn(loop->io, accept(&loop->acceptor, &implementation_->answer), asio::detached);
    implementation_->loops.push_back(std::move(loop));
  }
  for (const auto& loop : implementation_->loops) {
    loop->thread = std::thread([io = &loop->io] { io->run(); });
  }
}

BareServer::~BareServer() {
  for (const auto& loop : implementation_->loops) loop->io.stop();
  for (const auto& loop : implementation_->loops) loop->thread.join();
}

std::uint16_t BareServer::port() const {
  return implementation_->loops.front()->acceptor.local_endpoint().port();
}

}  // namespace huiyin::bench
