#include "events/registry_event.hpp"

#include "event_table.hpp"

namespace huiyin::events {
namespace {

const TypeTable<registry_event_count>& types() {
  static const TypeTable<registry_event_count> table([](std::size_t index) {
    const RegistryWord& word = registry_words[index];
    return "huiyin." + std::string(name_of(word.kind)) + "." + std::string(word.event) + ".v1";
  });
  return table;
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

std::string_view registry_event_type(std::size_t index) { return types().text(index); }

std::optional<std::size_t> registry_event_index(std::string_view type) {
  return types().find(type);
}

std::optional<std::size_t> registry_command_index(SubjectKind kind, std::string_view command) {
  for (std::size_t i = 0; i < registry_words.size(); ++i) {
    if (registry_words[i].kind == kind && registry_words[i].command == command) return i;
  }
  return std::nullopt;
}

void append_registry_event(std::string& out, const RegistryEvent& event) {
  append_event(out, event);
}

void read_registry_body(JsonReader& reader, std::size_t index, RegistryEventBody& body) {
  read_body(reader, index, body);
}

std::expected<RegistryEvent, DecodeError> decode_registry_event(json::Parser& parser,
                                                                std::string_view type,
                                                                std::string_view data) {
  return decode_event<RegistryEvent>(parser, registry_event_index(type), type, data);
}

}  // namespace huiyin::events
