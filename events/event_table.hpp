// What the codecs of the vocabularies share: whole type names, and an event's JSON there and back.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <variant>

#include "events/case_codec.hpp"
#include "events/json_reader.hpp"
#include "events/json_writer.hpp"

namespace huiyin::events {

// "huiyin.case.replied.v1" and so on, made once.
template <std::size_t Count>
class TypeTable {
 public:
  template <class NameOf>
  explicit TypeTable(NameOf name_of) {
    for (std::size_t i = 0; i < Count; ++i) {
      texts_[i] = name_of(i);
      index_.emplace(texts_[i], i);
    }
  }
  TypeTable(const TypeTable&) = delete;
  TypeTable& operator=(const TypeTable&) = delete;

  std::string_view text(std::size_t index) const { return texts_[index]; }
  std::optional<std::size_t> find(std::string_view type) const {
    const auto found = index_.find(type);
    if (found == index_.end()) return std::nullopt;
    return found->second;
  }

 private:
  std::array<std::string, Count> texts_;
  std::unordered_map<std::string_view, std::size_t> index_;
};

template <class Body, std::size_t Index>
void read_alternative(JsonReader& reader, Body& body) {
  reader.fields_of(body.template emplace<Index>());
}

// Reads the fields of the alternative `index` into the body.
template <class Body>
void read_body(JsonReader& reader, std::size_t index, Body& body) {
  static constexpr auto readers = []<std::size_t... Index>(std::index_sequence<Index...>) {
    return std::array{&read_alternative<Body, Index>...};
  }(std::make_index_sequence<std::variant_size_v<typename Body::variant>>{});
  readers[index](reader, body);
}

template <class Event>
void append_event(std::string& out, const Event& event) {
  JsonWriter writer(out);
  out.push_back('{');
  writer.fields_of(event.common);
  std::visit([&](const auto& body) { writer.fields_of(body); }, event.body);
  out.push_back('}');
}

// `index`: that of the type in its table.
template <class Event>
std::expected<Event, DecodeError> decode_event(json::Parser& parser,
                                               std::optional<std::size_t> index,
                                               std::string_view type, std::string_view data) {
  if (!index) {
    return std::unexpected(DecodeError{DecodeErrorCode::unknown_type, "",
                                       "event type " + std::string(type) + " is not known"});
  }
  const auto root = parse_json(parser, data);
  if (!root) return std::unexpected(root.error());
  JsonReader reader(*root, ReadMode::lenient);
  Event event;
  reader.fields_of(event.common);
  read_body(reader, *index, event.body);
  if (reader.error()) return std::unexpected(*reader.error());
  return event;
}

}  // namespace huiyin::events
