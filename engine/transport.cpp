#include "engine/transport.hpp"

#include "events/case_event.hpp"
#include "events/json_reader.hpp"
#include "events/json_writer.hpp"

namespace huiyin::engine {
namespace {

using events::optional;
using events::required;

struct Head {
  Command& command;
  CommandType type{};

  template <class Archive>
  void serialize(Archive& ar) {
    Actor& actor = command.actor;
    ar(required("command", type), required("id", command.id), required("hash", command.hash),
       required("case", command.case_id), required("actor", actor.id), required("role", actor.role),
       optional("organ", actor.organ), optional("station", actor.station),
       optional("region", actor.region), optional("behalf", command.behalf),
       optional("occurred_at", command.occurred_at),
       optional("expected_version", command.expected_version), optional("process", command.process),
       optional("traceparent", command.traceparent));
  }
};

struct OutcomeFields {
  Outcome& outcome;

  struct Event {
    std::string id, type;
    std::uint32_t version = 0;
    template <class Archive>
    void serialize(Archive& ar) {
      ar(required("id", id), required("type", type), required("subjectversion", version));
    }
  };
  std::string position;
  std::vector<Event> events;

  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("case", outcome.case_id), required("version", outcome.version),
       required("stage", outcome.stage), required("position", position),
       required("events", events));
  }
};

struct RefusalFields {
  Refusal& refusal;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("code", refusal.code), optional("rule", refusal.rule),
       optional("detail", refusal.detail), optional("allowed", refusal.allowed));
  }
};

struct ErrorFields {
  RuntimeError& error;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("code", error.code), optional("detail", error.detail));
  }
};

template <std::size_t Index>
void read_body(events::JsonReader& reader, CommandBody& body) {
  reader.fields_of(body.emplace<Index>());
}

template <std::size_t... Index>
constexpr auto readers(std::index_sequence<Index...>) {
  return std::array{&read_body<Index>...};
}

std::unexpected<std::string> failed(const events::DecodeError& error) {
  return std::unexpected(error.pointer + ": " + error.detail);
}

template <class Fields>
std::expected<void, std::string> read(events::json::Value from, Fields&& fields) {
  events::JsonReader reader(from, events::ReadMode::lenient);
  reader.fields_of(fields);
  reader.finish();
  if (reader.error()) return failed(*reader.error());
  return {};
}

// EventReference keeps names of static storage.
std::optional<std::string_view> known_type(std::string_view type) {
  for (std::size_t i = 0; i < events::case_event_count; ++i) {
    if (events::case_event_type(i) == type) return events::case_event_type(i);
  }
  return std::nullopt;
}

std::expected<Answer, std::string> read_outcome(events::json::Value from) {
  Outcome outcome;
  OutcomeFields fields{outcome, {}, {}};
  if (auto done = read(from, fields); !done) return std::unexpected(done.error());
  const auto position = events::parse_position(fields.position);
  if (!position) return std::unexpected("/position: " + fields.position);
  outcome.position = *position;
  for (auto& event : fields.events) {
    const auto type = known_type(event.type);
    if (!type) return std::unexpected("/events: unknown type " + event.type);
    outcome.events.push_back({std::move(event.id), *type, event.version});
  }
  return outcome;
}

}  // namespace

void append_json(std::string& out, const Command& command) {
  // serialize() is one function for reading and writing; a writer changes nothing. So below.
  events::JsonWriter(out).object(Head{const_cast<Command&>(command), command.type()});
  out.back() = ',';  // the head always has members
  out += R"("body":)";
  std::visit([&](const auto& body) { events::JsonWriter(out).object(body); },
             static_cast<const CommandAlternatives&>(command.body));
  out.push_back('}');
}

std::expected<Command, std::string> read_command(events::json::Parser& parser,
                                                 std::string_view text) {
  const auto document = parser.parse(text);
  if (!document) return std::unexpected(std::string(document.error().detail));
  Command command;
  Head head{command, {}};
  if (auto done = read(*document, head); !done) return std::unexpected(done.error());
  const auto body = document->find("body");
  if (!body) return std::unexpected("/body: this field must be there");
  static constexpr auto table = readers(std::make_index_sequence<command_count>{});
  events::JsonReader reader(*body, events::ReadMode::lenient);
  table[static_cast<std::size_t>(head.type)](reader, command.body);
  reader.finish();
  if (reader.error()) return std::unexpected("/body" + failed(*reader.error()).error());
  return command;
}

void append_json(std::string& out, const Answer& answer) {
  if (const auto* outcome = std::get_if<Outcome>(&answer)) {
    out += R"({"outcome":)";
    append_json(out, *outcome);
  } else if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    out += R"({"refusal":)";
    events::JsonWriter(out).object(RefusalFields{const_cast<Refusal&>(*refusal)});
  } else {
    out += R"({"error":)";
    events::JsonWriter(out).object(
        ErrorFields{const_cast<RuntimeError&>(std::get<RuntimeError>(answer))});
  }
  out.push_back('}');
}

std::expected<Answer, std::string> read_answer(events::json::Parser& parser,
                                               std::string_view text) {
  const auto document = parser.parse(text);
  if (!document) return std::unexpected(std::string(document.error().detail));
  if (const auto outcome = document->find("outcome")) return read_outcome(*outcome);
  if (const auto refusal = document->find("refusal")) {
    Refusal out;
    if (auto done = read(*refusal, RefusalFields{out}); !done) return std::unexpected(done.error());
    return out;
  }
  if (const auto error = document->find("error")) {
    RuntimeError out;
    if (auto done = read(*error, ErrorFields{out}); !done) return std::unexpected(done.error());
    return out;
  }
  return std::unexpected("neither outcome nor refusal nor error");
}

}  // namespace huiyin::engine
