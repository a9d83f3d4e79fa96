#include "events/registry_event.hpp"

#include <unordered_map>

#include "events/case_codec.hpp"
#include "events/json_reader.hpp"
#include "events/json_writer.hpp"

namespace huiyin::events {
namespace {

// Whole type names, made once.
struct TypeNames {
  std::array<std::string, registry_event_count> text;
  std::unordered_map<std::string_view, std::size_t> index;

  TypeNames() {
    for (std::size_t i = 0; i < registry_event_count; ++i) {
      const RegistryWord& word = registry_words[i];
      text[i] = "huiyin." + std::string(name_of(word.kind)) + "." + std::string(word.event) + ".v1";
      index.emplace(text[i], i);
    }
  }
};

const TypeNames& type_names() {
  static const TypeNames table;
  return table;
}

template <std::size_t Index>
void read_body(JsonReader& reader, RegistryEventBody& body) {
  reader.fields_of(body.emplace<Index>());
}

template <std::size_t... Index>
constexpr auto body_readers(std::index_sequence<Index...>) {
  return std::array{&read_body<Index>...};
}

}  // namespace

RegistryEventBody::RegistryEventBody() noexcept = default;
RegistryEventBody::RegistryEventBody(const RegistryEventBody&) = default;
RegistryEventBody::RegistryEventBody(RegistryEventBody&&) noexcept = default;
RegistryEventBody& RegistryEventBody::operator=(const RegistryEventBody&) = default;
RegistryEventBody& RegistryEventBody::operator=(RegistryEventBody&&) noexcept = default;
RegistryEventBody::~RegistryEventBody() = default;

bool RegistryEventBody::operator==(const RegistryEventBody& other) const {
  return static_cast<const variant&>(*this) == static_cast<const variant&>(other);
}

std::string_view registry_event_type(std::size_t index) { return type_names().text[index]; }

std::optional<std::size_t> registry_event_index(std::string_view type) {
  const auto found = type_names().index.find(type);
  if (found == type_names().index.end()) return std::nullopt;
  return found->second;
}

std::optional<std::size_t> registry_command_index(SubjectKind kind, std::string_view command) {
  for (std::size_t i = 0; i < registry_words.size(); ++i) {
    if (registry_words[i].kind == kind && registry_words[i].command == command) return i;
  }
  return std::nullopt;
}

void append_registry_event(std::string& out, const RegistryEvent& event) {
  JsonWriter writer(out);
  out.push_back('{');
  writer.fields_of(event.common);
  std::visit([&](const auto& body) { writer.fields_of(body); }, event.body);
  out.push_back('}');
}

void read_registry_body(JsonReader& reader, std::size_t index, RegistryEventBody& body) {
  static constexpr auto readers = body_readers(std::make_index_sequence<registry_event_count>{});
  readers[index](reader, body);
}

std::expected<RegistryEvent, DecodeError> decode_registry_event(json::Parser& parser,
                                                                std::string_view type,
                                                                std::string_view data) {
  const auto index = registry_event_index(type);
  if (!index) {
    return std::unexpected(DecodeError{DecodeErrorCode::unknown_type, "",
                                       "event type " + std::string(type) + " is not known"});
  }
  const auto root = parse_json(parser, data);
  if (!root) return std::unexpected(root.error());
  JsonReader reader(*root, ReadMode::lenient);
  RegistryEvent event;
  reader.fields_of(event.common);
  read_registry_body(reader, *index, event.body);
  if (reader.error()) return std::unexpected(*reader.error());
  return event;
}

}  // namespace huiyin::events
