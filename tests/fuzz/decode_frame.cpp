// Any bytes as a frame: with the checksum they bring, and with one that fits, so that what lies
// behind it is reached. A frame that reads must be written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "events/envelope.hpp"
#include "events/sample_events.hpp"
#include "fuzz/demand.hpp"

using namespace huiyin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::as_text(data, size);
  static_cast<void>(events::decode_frame(bytes));
  const std::string sealed = events::seal(bytes);
  const auto frame = events::decode_frame(sealed);
  if (!frame) {
    fuzz::demand(!frame.error().empty(), "an error has words");
    return 0;
  }
  const events::Envelope envelope = events::to_owned(frame->envelope);
  std::string again;
  events::append_frame(again, envelope, frame->data);
  const auto reread = events::decode_frame(again);
  fuzz::demand(reread.has_value(), "what is written can be read");
  fuzz::demand(events::to_owned(reread->envelope) == envelope, "the envelope comes back");
  fuzz::demand(reread->data == frame->data, "the data come back");
  std::string cloud_event;
  events::append_cloud_event(cloud_event, frame->envelope, "{}");
  return 0;
}
