#include "events/case_codec.hpp"

#include <unordered_map>
#include <utility>

#include "events/json_locate.hpp"
#include "events/json_writer.hpp"

namespace huiyin::events {
namespace {

// Whole type names, made once: "huiyin.case." + name + ".v1".
struct TypeNames {
  std::array<std::string, case_event_count> text;
  std::unordered_map<std::string_view, std::size_t> index;

  TypeNames() {
    for (std::size_t i = 0; i < case_event_count; ++i) {
      text[i] = "huiyin.case." + std::string(case_event_names[i]) + ".v1";
      index.emplace(text[i], i);
    }
  }
};

const TypeNames& type_names() {
  static const TypeNames table;
  return table;
}

template <std::size_t Index>
void read_body(JsonReader& reader, CaseEventBody& body) {
  reader.fields_of(body.emplace<Index>());
}

template <std::size_t... Index>
constexpr auto body_readers(std::index_sequence<Index...>) {
  return std::array{&read_body<Index>...};
}

}  // namespace

std::string_view case_event_type(std::size_t index) { return type_names().text[index]; }

std::optional<std::size_t> case_event_index(std::string_view type) {
  const auto found = type_names().index.find(type);
  if (found == type_names().index.end()) return std::nullopt;
  return found->second;
}

void append_case_event(std::string& out, const CaseEvent& event) {
  JsonWriter writer(out);
  out.push_back('{');
  writer.fields_of(event.common);
  std::visit([&](const auto& body) { writer.fields_of(body); }, event.body);
  out.push_back('}');
}

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
  static constexpr auto readers = body_readers(std::make_index_sequence<case_event_count>{});
  const auto index = case_event_index(type);
  if (!index) {
    return std::unexpected(DecodeError{DecodeErrorCode::unknown_type, "",
                                       "event type " + std::string(type) + " is not known"});
  }
  const auto root = parse_json(parser, data);
  if (!root) return std::unexpected(root.error());
  JsonReader reader(*root, ReadMode::lenient);
  CaseEvent event;
  reader.fields_of(event.common);
  readers[*index](reader, event.body);
  if (reader.error()) return std::unexpected(*reader.error());
  return event;
}

}  // namespace huiyin::events
