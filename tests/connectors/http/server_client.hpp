// A client that sends exactly the bytes it is told to: most of what a server must bear is what a
// proper client library would not send.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/server.hpp"

namespace huiyin::http::test {

using std::chrono::milliseconds;

class Client {
 public:
  explicit Client(std::uint16_t port, int receive_buffer_bytes = 0);
  Client(Client&& other) noexcept;
  ~Client();

  bool connected() const { return socket_ >= 0; }
  bool send(std::string_view bytes);
  void end_sending();  // a half-open connection: we still read
  void reset();        // closes with RST

  // One whole response by its Content-Length (or none for `head`); empty at the end of input.
  std::string read_response(bool head = false);
  // Until `text` has been seen; what was read so far otherwise. Nothing is left for later.
  std::string read_until(std::string_view text, milliseconds timeout = milliseconds(5'000));
  // Everything up to the end of input.
  std::string read_all(milliseconds timeout = milliseconds(5'000));
  // Whether the server ends the connection within the time.
  bool closed_within(milliseconds timeout);

 private:
  enum class Received { bytes, end, timeout };
  Received receive(std::chrono::steady_clock::time_point deadline);

  int socket_ = -1;
  std::string buffer_;
};

// The status of the first response in `bytes`; 0 when there is none.
int status_of(std::string_view bytes);
std::string body_of(std::string_view response);

// A request with a Host field; `fields` are whole lines with their ends.
std::string get(std::string_view target, std::string_view fields = {});
std::string post(std::string_view target, std::string_view body, std::string_view fields = {});

// Starts a server whose handler is `handler`; the test ends here when it does not start.
std::unique_ptr<Server> start(Handler handler, Limits limits = {}, unsigned threads = 1,
                              BodyLimit body_limit = {});
// Answers with method, target and body of the request.
void echo(Request&& request, Responder&& responder);

}  // namespace huiyin::http::test
