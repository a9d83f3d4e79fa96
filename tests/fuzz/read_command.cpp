// The first byte chooses a body, the rest is read strictly, as a command from outside. One that is
// taken can be written as an event's data, is taken again from there as the same, and needs no more
// than its limits.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "events/case_codec.hpp"
#include "events/case_event.hpp"
#include "events/json_writer.hpp"
#include "fuzz/demand.hpp"

using namespace huiyin;

namespace {

template <class Body>
std::expected<Body, events::DecodeError> read(std::string_view text) {
  static events::json::Parser parser;
  const auto root = events::parse_json(parser, text);
  if (!root) return std::unexpected(root.error());
  events::JsonReader reader(*root, events::ReadMode::strict);
  Body body;
  reader.fields_of(body);
  reader.finish();
  if (reader.error()) return std::unexpected(*reader.error());
  return body;
}

template <std::size_t Index>
void try_body(std::string_view text) {
  using Body = std::variant_alternative_t<Index, events::CaseEventAlternatives>;
  const auto body = read<Body>(text);
  if (!body) {
    const events::DecodeError& error = body.error();
    fuzz::demand(!error.detail.empty(), "an error has words");
    fuzz::demand(error.pointer.empty() || error.pointer.front() == '/', "a pointer is one");
    return;
  }
  const std::string written = events::to_json(*body);
  fuzz::demand(events::is_valid_utf8(written), "events are UTF-8");
  const auto again = read<Body>(written);
  fuzz::demand(again.has_value(), "what is written can be read");
  fuzz::demand(*again == *body, "the command comes back");
}

template <std::size_t... Index>
void try_any(std::size_t index, std::string_view text, std::index_sequence<Index...>) {
  static constexpr std::array bodies{&try_body<Index>...};
  bodies.at(index)(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  try_any(data[0] % events::case_event_count, fuzz::as_text(data + 1, size - 1),
          std::make_index_sequence<events::case_event_count>{});
  return 0;
}
