#include "events/case_codec.hpp"

#include "event_table.hpp"
#include "events/json_locate.hpp"

namespace huiyin::events {
namespace {

const TypeTable<case_event_count>& types() {
  static const TypeTable<case_event_count> table([](std::size_t index) {
    return "huiyin.case." + std::string(case_event_names[index]) + ".v1";
  });
  return table;
}

}  // namespace

std::string_view case_event_type(std::size_t index) { return types().text(index); }

std::optional<std::size_t> case_event_index(std::string_view type) { return types().find(type); }

void append_case_event(std::string& out, const CaseEvent& event) { append_event(out, event); }

std::expected<json::Value, DecodeError> parse_json(json::Parser& parser, std::string_view text) {
  const auto root = parser.parse(text);
  if (root) return *root;
  const std::string detail(root.error().detail);
  switch (root.error().code) {
    case json::ParseErrorCode::invalid_utf8:
      return std::unexpected(
          DecodeError{DecodeErrorCode::invalid_utf8, json::locate_invalid_utf8(text), detail});
    case json::ParseErrorCode::too_deep:
      return std::unexpected(DecodeError{DecodeErrorCode::too_deep, "", detail});
    case json::ParseErrorCode::malformed:
    case json::ParseErrorCode::too_large:
      break;
  }
  return std::unexpected(DecodeError{DecodeErrorCode::malformed_json, "", detail});
}

std::expected<CaseEvent, DecodeError> decode_case_event(json::Parser& parser, std::string_view type,
                                                        std::string_view data) {
  return decode_event<CaseEvent>(parser, case_event_index(type), type, data);
}

}  // namespace huiyin::events
