// An HTTP/1.1 server that knows nothing of the domain: keep-alive, pipelining, streams, limits.
// One thread, one event loop and one listening socket (SO_REUSEPORT) per configured thread.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/limits.hpp"
#include "http/responder.hpp"

namespace huiyin::http {

struct ServerOptions {
  std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
  std::uint16_t port = 0;             // 0: any free one, see Server::port()
  unsigned threads = 1;
  Limits limits;
};

enum class ServerErrorCode { bad_address, cannot_listen };

struct ServerError {
  ServerErrorCode code;
  std::string detail;
};

// The body bound for a request, known once its request line is read. Called on server threads.
using BodyLimit = std::function<std::size_t(std::string_view method, std::string_view path)>;

struct ServerStatistics {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // past Limits::connections
  std::uint64_t accept_failures = 0;      // no descriptors or memory left
  std::uint64_t requests = 0;
  std::uint64_t requests_malformed = 0;  // answered by the server: 400, 408, 413, 417, 431, 501
  std::uint64_t streams_dropped = 0;     // clients too slow for their stream
  std::uint64_t handler_faults = 0;      // handlers that threw
};

class Server {
 public:
  // Listens and serves at once. Without `body_limit` every request has Limits::body_bytes.
  static std::expected<std::unique_ptr<Server>, ServerError> start(const ServerOptions& options,
                                                                   Handler handler,
                                                                   BodyLimit body_limit = {});
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;
  ServerStatistics statistics() const;

  // Takes no more connections, answers what has been asked, closes, and returns after at most
  // Limits::stop_time (what is unanswered by then is cut off). Not from a handler. Responders that
  // are used afterwards do nothing.
  void stop();

 private:
  struct Implementation;
  explicit Server(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace huiyin::http
