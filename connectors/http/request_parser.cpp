#include "request_parser.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "http/problem.hpp"

namespace huiyin::http {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

// A chunk's size line and the trailer after the last chunk: nobody sends long ones honestly.
constexpr std::size_t chunk_line_bytes = 4 * 1024;
// "0" CRLF CRLF: no chunked body can end with fewer bytes still to come. Beast 1.81 fails an
// assertion when it sees the last chunk in smaller pieces.
constexpr std::size_t last_chunk_bytes = 5;
// Blank lines before a request, which some clients send after a body (RFC 9112 §2.2).
constexpr std::size_t blank_line_bytes = 4;
// The longest registered method has 17 characters.
constexpr std::size_t method_bytes = 32;

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

// Puts the fields straight into our request instead of Beast's container: no allocation per field.
class BeastParser final : public beast_http::basic_parser<true> {
 public:
  explicit BeastParser(std::size_t header_bytes) {
    header_limit(static_cast<std::uint32_t>(header_bytes));
    body_limit(boost::none);  // ours depends on the target and is checked by us
  }

  Request request;
  std::string target;
  std::size_t body_bytes_limit = 0;
  int version = 0;
  bool in_trailer = false;

 private:
  void on_request_impl(beast_http::verb, BeastView method, BeastView request_target,
                       int http_version, error_code&) override {
    request.method = view(method);
    target = view(request_target);
    version = http_version;
  }
  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_field_impl(beast_http::field, BeastView name, BeastView value, error_code&) override {
    // A trailer must not pass for a header that was checked.
    if (!in_trailer) request.headers.add(view(name), view(value));
  }
  void on_header_impl(error_code&) override { in_trailer = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    constexpr std::uint64_t trusted_bytes = 64 * 1024;  // beyond it, memory only as bytes come
    if (length) request.body.reserve(static_cast<std::size_t>(std::min(*length, trusted_bytes)));
  }
  std::size_t on_body_impl(BeastView body, error_code&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, BeastView, error_code& error) override {
    if (size > body_bytes_limit - std::min(body_bytes_limit, request.body.size())) {
      error = beast_http::error::body_limit;
    }
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override {
    request.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

// Whether the start of a header can become one: refuses other protocols and noise at once instead
// of holding them until the header time is over. Whole headers pass through here as well, so that
// the verdict does not depend on how the network cut the bytes.
bool is_plausible(std::string_view start) {
  const auto method = start.substr(0, std::min(start.find(' '), start.size()));
  if (method.size() > method_bytes) return false;
  for (std::size_t i = 0; i < start.size(); ++i) {
    const auto c = static_cast<unsigned char>(start[i]);
    if (c == '\n' && (i == 0 || start[i - 1] != '\r')) return false;
    if ((c < 0x20 && c != '\r' && c != '\n' && c != '\t') || c == 0x7F) return false;
    if (i < method.size() && (c <= 0x20 || c >= 0x7F)) return false;
  }
  return true;
}

bool is_folded(std::string_view header) {
  return header.find("\r\n ") != std::string_view::npos ||
         header.find("\r\n\t") != std::string_view::npos;
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// What Beast accepts and we do not; nothing when all is well.
std::optional<Response> check_framing(const BeastParser& parser) {
  const HeaderFields& headers = parser.request.headers;
  const bool http_1_1 = parser.version == 11;
  const auto bad = [](std::string_view detail) { return problem(400, "malformed", detail); };

  const auto hosts = headers.count("Host");
  if (hosts > 1 || (http_1_1 && hosts == 0)) return bad("There must be exactly one Host field.");
  if (headers.find("Host").value_or("").find_first_of(" \t/\\@,?#") != std::string_view::npos) {
    return bad("The Host field is not a host.");
  }
  if (const auto coding = headers.find("Transfer-Encoding")) {
    if (!http_1_1 || headers.count("Transfer-Encoding") != 1 ||
        !equals_ignoring_case(*coding, "chunked") || headers.find("Content-Length")) {
      return bad("The only transfer coding is chunked, in HTTP/1.1, without Content-Length.");
    }
  }
  if (const auto length = headers.find("Content-Length")) {
    if (headers.count("Content-Length") != 1 || !is_number(*length)) {
      return bad("Content-Length must be one number.");
    }
  }
  if (const auto expectation = headers.find("Expect")) {
    if (!equals_ignoring_case(*expectation, "100-continue")) {
      return problem(417, "expectation-failed", "The only expectation known is 100-continue.");
    }
  }
  return std::nullopt;
}

Response too_large(std::size_t limit_bytes) {
  return problem(413, "body-too-large",
                 "The body may have at most this many bytes: " + std::to_string(limit_bytes) + ".");
}

Response header_too_large() {
  return problem(431, "header-too-large", "The request line and fields are too long.");
}

}  // namespace

struct RequestParser::Implementation {
  const Limits& limits;
  const BodyLimit& body_limit;
  std::optional<BeastParser> parser;
  std::optional<Response> failure;
  std::size_t scanned_bytes = 0;  // of the unfinished header
  std::size_t blank_bytes = 0;
  bool header_done = false;
  bool body_begun = false;

  void fail(Response response) { failure = std::move(response); }

  void fail(const error_code& error) {
    if (error == beast_http::error::body_limit) {
      fail(too_large(parser->body_bytes_limit));
    } else if (error == beast_http::error::bad_version) {
      fail(problem(505, "http-version", "Only HTTP/1.1 and HTTP/1.0 are spoken here."));
    } else {
      fail(problem(400, "malformed", "The request is not well-formed HTTP."));
    }
  }

  std::size_t skip_blank_lines(std::string_view input) {
    std::size_t skipped = 0;
    while (blank_bytes < blank_line_bytes && input.substr(skipped).starts_with("\r\n")) {
      skipped += 2;
      blank_bytes += 2;
    }
    return skipped;
  }

  std::size_t feed_header(std::string_view input) {
    const auto from = scanned_bytes - std::min<std::size_t>(scanned_bytes, 3);
    const auto end = input.find("\r\n\r\n", from);
    const auto size = end == std::string_view::npos ? input.size() : end + 4;
    if (size > limits.header_bytes) {
      fail(header_too_large());
    } else if (!is_plausible(input.substr(0, size))) {
      fail(beast_http::error::bad_method);
    } else if (end == std::string_view::npos) {
      scanned_bytes = size;
    } else {
      parse_header(input.substr(0, size));
      return size;
    }
    return 0;
  }

  void parse_header(std::string_view header) {
    constexpr std::size_t usual_fields = 12;
    parser->request.headers.reserve(header.size(), usual_fields);
    error_code error;
    const auto used = parser->put(boost::asio::buffer(header.data(), header.size()), error);
    if (error || used != header.size() || is_folded(header)) {
      return fail(error ? error : beast_http::error::bad_obs_fold);
    }
    if (auto refusal = check_framing(*parser)) return fail(std::move(*refusal));
    if (auto target = set_target(parser->request, parser->target); !target) {
      return fail(problem(400, "bad-target", target.error()));
    }
    header_done = true;
    if (parser->is_done()) return;
    parser->body_bytes_limit =
        body_limit ? body_limit(parser->request.method, parser->request.path()) : limits.body_bytes;
    if (parser->content_length().value_or(0) > parser->body_bytes_limit) {
      return fail(too_large(parser->body_bytes_limit));
    }
    parser->eager(true);
  }

  std::size_t feed_body(std::string_view input) {
    if (input.size() < (parser->chunked() ? last_chunk_bytes : 1)) return 0;
    body_begun = true;
    error_code error;
    const auto used = parser->put(boost::asio::buffer(input.data(), input.size()), error);
    if (error == beast_http::error::need_more) {
      if (input.size() - used > chunk_line_bytes) fail(error_code(beast_http::error::bad_chunk));
    } else if (error) {
      fail(error);
    }
    return used;
  }
};

RequestParser::RequestParser(const Limits& limits, const BodyLimit& body_limit)
    : implementation_(new Implementation{limits, body_limit, {}, {}}) {
  reset();
}

RequestParser::~RequestParser() = default;

void RequestParser::reset() {
  Implementation& self = *implementation_;
  self.parser.emplace(self.limits.header_bytes);
  self.failure.reset();
  self.scanned_bytes = 0;
  self.blank_bytes = 0;
  self.header_done = false;
  self.body_begun = false;
}

std::size_t RequestParser::feed(std::string_view input) {
  Implementation& self = *implementation_;
  std::size_t used = 0;
  if (!self.header_done) {
    if (self.scanned_bytes == 0) used = self.skip_blank_lines(input);
    input.remove_prefix(used);
    if (input.empty() || input == "\r") return used;
    const auto header_bytes = self.feed_header(input);
    input.remove_prefix(header_bytes);
    used += header_bytes;
  }
  if (self.header_done && step() == ParseStep::more) used += self.feed_body(input);
  return used;
}

ParseStep RequestParser::step() const {
  if (implementation_->failure) return ParseStep::failed;
  const bool ready = implementation_->header_done && implementation_->parser->is_done();
  return ready ? ParseStep::ready : ParseStep::more;
}

bool RequestParser::untouched() const {
  return !implementation_->header_done && implementation_->scanned_bytes == 0;
}

bool RequestParser::header_done() const { return implementation_->header_done; }

bool RequestParser::wants_continue() const {
  return implementation_->header_done && !implementation_->body_begun &&
         step() == ParseStep::more && !http_1_0() &&
         implementation_->parser->request.headers.find("Expect").has_value();
}

Request RequestParser::take_request() { return std::move(implementation_->parser->request); }

bool RequestParser::keep_alive() const { return implementation_->parser->keep_alive(); }

bool RequestParser::http_1_0() const { return implementation_->parser->version == 10; }

Response RequestParser::take_failure() { return std::move(*implementation_->failure); }

}  // namespace huiyin::http
