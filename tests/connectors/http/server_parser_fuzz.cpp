// Arbitrary bytes in arbitrary pieces: the parser must end up with the same requests however the
// bytes were cut, must never take more than it was given, and must keep to its bounds.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "request_parser.hpp"

namespace {

using namespace huiyin::http;

// What came out, as text: one line a request, and the failure that ended it.
std::string parse(std::string_view bytes, std::size_t piece_bytes) {
  static const Limits limits{.header_bytes = 512, .body_bytes = 256};
  static const BodyLimit body_limit;
  RequestParser parser(limits, body_limit);
  std::string requests;
  std::string held;
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(piece.size());
    held += piece;
    for (bool again = true; again && !held.empty();) {
      const auto used = parser.feed(held);
      if (used > held.size()) std::abort();
      held.erase(0, used);
      again = parser.step() == ParseStep::ready;
      if (parser.step() == ParseStep::failed) return requests + "failed";
      if (!again) break;
      const Request request = parser.take_request();
      if (request.body.size() > limits.body_bytes || request.target.size() > limits.header_bytes) {
        std::abort();
      }
      requests += request.method + ' ' + request.target + ' ' + request.body + '\n';
      parser.reset();
    }
  }
  return requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = parse(bytes, std::max<std::size_t>(size, 1));
  for (const std::size_t piece_bytes : {1UZ, 7UZ, 64UZ}) {
    const auto pieces = parse(bytes, piece_bytes);
    // A failure may show earlier or later, since a bound on pieces is seen at another moment; the
    // requests before it are the same.
    const auto requests = [](const std::string& text) {
      return text.substr(0, text.rfind('\n') + 1);
    };
    if (requests(whole) != requests(pieces)) std::abort();
  }
  return 0;
}
