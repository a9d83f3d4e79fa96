#include "events/sample_events.hpp"

#include <array>
#include <utility>

#include <xxhash.h>

#include "events/case_codec.hpp"
#include "events/json_writer.hpp"

namespace huiyin::events {
namespace {

// Writes each field that it is shown as a member of its own.
class MemberWriter {
 public:
  template <class... Fields>
  void operator()(Fields&&... fields) {
    (field(fields), ...);
  }

  std::vector<SampleMember> members;

 private:
  template <class T>
  void field(const Field<T>& field) {
    members.push_back({field.name, to_json(field.value), field.presence, field.limit});
  }
};

template <class Body, std::size_t Index>
void fill_body(Filler& filler, Body& body) {
  body.template emplace<Index>().serialize(filler);
}

template <class Body, std::size_t... Index>
constexpr auto body_fillers(std::index_sequence<Index...>) {
  return std::array{&fill_body<Body, Index>...};
}

template <class Event, std::size_t Count>
Event filled(std::size_t index, Fill fill, unsigned variant) {
  static constexpr auto fillers =
      body_fillers<decltype(Event::body)>(std::make_index_sequence<Count>{});
  Event event;
  Filler filler(fill, variant);
  event.common.serialize(filler);
  fillers.at(index)(filler, event.body);
  return event;
}

}  // namespace

CaseEvent sample_event(std::size_t index, Fill fill, unsigned variant) {
  return filled<CaseEvent, case_event_count>(index, fill, variant);
}

RegistryEvent sample_registry_event(std::size_t index, Fill fill, unsigned variant) {
  return filled<RegistryEvent, registry_event_count>(index, fill, variant);
}

std::string sample_json(std::size_t index, Fill fill, unsigned variant) {
  std::string out;
  append_case_event(out, sample_event(index, fill, variant));
  return out;
}

std::vector<SampleMember> common_members(const CaseEvent& event) {
  MemberWriter writer;
  Common common = event.common;
  common.serialize(writer);
  return writer.members;
}

std::vector<SampleMember> body_members(const CaseEvent& event) {
  MemberWriter writer;
  CaseEventBody copy = event.body;
  std::visit([&](auto& body) { body.serialize(writer); }, copy);
  return writer.members;
}

std::string object_of(const std::vector<SampleMember>& members) {
  std::string out = "{";
  for (const SampleMember& member : members) {
    if (out.size() > 1) out += ",";
    out += "\"" + member.name + "\":" + member.json;
  }
  return out + "}";
}

Envelope sample_envelope(std::string_view type, std::uint64_t sequence) {
  using namespace std::chrono_literals;
  return {.id = "018d75c1-4e9b-7000-8000-0000000004d2",
          .type = std::string(type),
          .source = "/huiyin/hunan",
          .subject = "430000-14-0001",
          .time = std::chrono::sys_days{std::chrono::year{2024} / 2 / 5} + 1h + 2min + 3s + 4ms,
          .sequence = sequence,
          .subject_version = 7,
          .actor = "officer-1",
          .role = Role::officer,
          .behalf = "代表-1",
          .command_id = "018d75c1-4e9a-7000-8000-000000000001",
          .command_hash = "5e2bf57d3f40c4b6df69daf1936cb766",
          .process = "suggestion@3",
          .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
}

EnvelopeView view_of(const Envelope& envelope) {
  return {.id = envelope.id,
          .type = envelope.type,
          .source = envelope.source,
          .subject = envelope.subject,
          .time = envelope.time,
          .sequence = envelope.sequence,
          .subject_version = envelope.subject_version,
          .actor = envelope.actor,
          .role = envelope.role,
          .behalf = envelope.behalf,
          .command_id = envelope.command_id,
          .command_hash = envelope.command_hash,
          .process = envelope.process,
          .traceparent = envelope.traceparent};
}

std::string seal(std::string_view content) {
  const std::uint64_t checksum = XXH3_64bits(content.data(), content.size());
  std::string out;
  for (unsigned shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>(checksum >> shift & 0xFFU));
  }
  return out.append(content);
}

}  // namespace huiyin::events
