// The first byte chooses the type, the rest is its data. An event that reads must be written in a
// form that reads as the same event and is written the same again: else a log could hold what
// nobody can read.
#include <cstddef>
#include <cstdint>
#include <string>

#include "events/case_codec.hpp"
#include "fuzz/demand.hpp"

using namespace huiyin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static events::json::Parser parser;
  const auto type = events::case_event_type(data[0] % events::case_event_count);
  const auto event = events::decode_case_event(parser, type, fuzz::as_text(data + 1, size - 1));
  if (!event) {
    const events::DecodeError& error = event.error();
    fuzz::demand(!error.detail.empty(), "an error has words");
    fuzz::demand(error.pointer.empty() || error.pointer.front() == '/', "a pointer is one");
    fuzz::demand(error.code != events::DecodeErrorCode::unknown_field &&
                     error.code != events::DecodeErrorCode::too_long &&
                     error.code != events::DecodeErrorCode::too_many,
                 "readers of the log ignore what is unknown and look at no limit");
    return 0;
  }
  std::string written;
  events::append_case_event(written, *event);
  const auto again = events::decode_case_event(parser, type, written);
  fuzz::demand(again.has_value(), "what is written can be read");
  fuzz::demand(*again == *event, "the event comes back");
  std::string rewritten;
  events::append_case_event(rewritten, *again);
  fuzz::demand(rewritten == written, "equal events are equal bytes");
  return 0;
}
