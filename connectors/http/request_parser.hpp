// Bytes to requests, incrementally: Beast's parser, and in front of it the checks that Beast leaves
// out and that a server behind a proxy needs against request smuggling (RFC 9112 §6.3, §11.2).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/server.hpp"

namespace huiyin::http {

enum class ParseStep { more, ready, failed };

class RequestParser {
 public:
  // Both must outlive the parser. Without a body limit Limits::body_bytes holds.
  RequestParser(const Limits& limits, const BodyLimit& body_limit);
  ~RequestParser();

  void reset();  // for the next request

  // Takes bytes from the front of `input` and says how many; the rest must come again in front of
  // the next call's input. Never takes bytes of the following request.
  std::size_t feed(std::string_view input);

  ParseStep step() const;
  bool untouched() const;  // nothing of a request has come
  bool header_done() const;
  bool wants_continue() const;  // the client waits for "100 Continue" before it sends the body

  // Once ready:
  Request take_request();
  bool keep_alive() const;
  bool http_1_0() const;
  // Once failed: what to answer before closing. The position of the next request is unknown.
  Response take_failure();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace huiyin::http
