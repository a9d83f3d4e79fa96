// Responses as bytes (RFC 9112). Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"
#include "http/responder.hpp"

namespace huiyin::http {

struct ResponseContext {
  std::string_view date;      // IMF-fixdate
  bool head_request = false;  // the header as for GET, and no body
  bool http_1_0 = false;
  bool close = false;
};

// A response whose fields hold control characters (it would split into two) goes out as a 500.
void append_response(std::string& out, const Response& response, const ResponseContext& context);

// To an HTTP/1.0 client a stream is raw bytes until the connection closes; otherwise it is chunked.
// False: the fields could not be sent, a 500 stands there instead, and no stream follows.
bool append_stream_head(std::string& out, const StreamHead& head, const ResponseContext& context);
void append_chunk(std::string& out, std::string_view bytes, bool http_1_0);
void append_last_chunk(std::string& out, bool http_1_0);

// "Sun, 06 Nov 1994 08:49:37 GMT" for seconds since 1970.
std::string http_date(std::int64_t unix_seconds);

}  // namespace huiyin::http
