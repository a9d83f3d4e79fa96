#include "engine/command.hpp"

#include <utility>

#include "events/json_reader.hpp"
#include "events/schema_writer.hpp"

namespace huiyin::engine {
namespace {

// The fields that every command may carry beside its own.
struct Head {
  std::optional<events::Instant> occurred_at;
  std::string behalf;
  std::string process;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(events::optional("occurred_at", occurred_at),
       events::optional("behalf", behalf, events::id_text),
       events::optional("process", process, events::id_text));
  }
};

template <std::size_t Index>
void read_body(events::JsonReader& reader, CommandBody& body) {
  reader.fields_of(body.emplace<Index>());
}

template <std::size_t Index>
std::string schema_of() {
  Head head;
  std::variant_alternative_t<Index, CommandAlternatives> body{};
  events::SchemaWriter writer(events::SchemaOf::command);
  writer.fields_of(head);
  writer.fields_of(body);
  return "{" + writer.members() + "}";
}

template <std::size_t... Index>
constexpr auto readers(std::index_sequence<Index...>) {
  return std::array{&read_body<Index>...};
}

template <std::size_t... Index>
constexpr auto schemas(std::index_sequence<Index...>) {
  return std::array{&schema_of<Index>...};
}

}  // namespace

CommandBody::CommandBody() noexcept = default;
CommandBody::CommandBody(const CommandBody&) = default;
CommandBody::CommandBody(CommandBody&&) noexcept = default;
CommandBody& CommandBody::operator=(const CommandBody&) = default;
CommandBody& CommandBody::operator=(CommandBody&&) noexcept = default;
CommandBody::~CommandBody() = default;

bool CommandBody::operator==(const CommandBody& other) const {
  return static_cast<const variant&>(*this) == static_cast<const variant&>(other);
}

const Facts& Command::known() const {
  static const Facts nobody;
  return facts == nullptr ? nobody : *facts;
}

std::expected<Command, events::DecodeError> decode_command(
    CommandType type, events::json::Value body, std::span<const std::string_view> hidden) {
  static constexpr auto table = readers(std::make_index_sequence<command_count>{});
  events::JsonReader reader(body, events::ReadMode::strict);
  for (const std::string_view name : hidden) reader.hide(name);
  Head head;
  Command command;
  reader.fields_of(head);
  table[static_cast<std::size_t>(type)](reader, command.body);
  reader.finish();
  if (reader.error()) return std::unexpected(*reader.error());
  command.occurred_at = head.occurred_at;
  command.behalf = std::move(head.behalf);
  command.process = std::move(head.process);
  return command;
}

std::string command_schema(CommandType type) {
  static constexpr auto table = schemas(std::make_index_sequence<command_count>{});
  return table[static_cast<std::size_t>(type)]();
}

}  // namespace huiyin::engine
