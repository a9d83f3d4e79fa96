#include "events/schema.hpp"

#include <utility>

#include "events/case_event.hpp"
#include "events/registry_event.hpp"
#include "events/schema_writer.hpp"

namespace huiyin::events {
namespace {

std::string document(std::string_view name, std::string_view members) {
  return std::string(
             R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:huiyin:)") +
         std::string(name) + R"(","title":")" + std::string(name) + "\"," + std::string(members) +
         "}";
}

template <class Event, std::size_t Index>
Schema schema_of_event() {
  Event event;
  auto& body = event.body.template emplace<Index>();
  SchemaWriter writer(SchemaOf::event);
  writer.fields_of(event.common);
  writer.fields_of(body);
  const std::string name(event.type());
  return {name, document(name, writer.members())};
}

// The envelope is not a `serialize` struct: its attributes are text on the wire, whatever they
// hold. What a deadline fires comes from no command and has no commandid.
Schema schema_of_envelope() {
  std::string properties =
      R"("specversion":{"const":"1.0"},"datacontenttype":{"const":"application/json"},)"
      R"("time":{"type":"string","format":"date-time"},"data":{"type":"object"})";
  for (const std::string_view name : {"id", "type", "source", "subject", "actor", "role", "behalf",
                                      "commandid", "commandhash", "process", "traceparent"}) {
    properties += ",\"" + std::string(name) + R"(":{"type":"string","minLength":1})";
  }
  for (const std::string_view name : {"sequence", "subjectversion"}) {
    properties += ",\"" + std::string(name) + R"(":{"type":"string","pattern":"^[1-9][0-9]*$"})";
  }
  return {"huiyin.envelope",
          document(
              "huiyin.envelope",
              R"("type":"object","properties":{)" + properties +
                  R"(},"required":["specversion","id","type","source","subject","time","sequence",)"
                  R"("subjectversion","actor","role","data"])")};
}

template <std::size_t... Cases, std::size_t... Registry>
std::vector<Schema> all(std::index_sequence<Cases...>, std::index_sequence<Registry...>) {
  return {schema_of_event<CaseEvent, Cases>()..., schema_of_event<RegistryEvent, Registry>()...,
          schema_of_envelope()};
}

}  // namespace

std::vector<Schema> event_schemas() {
  return all(std::make_index_sequence<case_event_count>{},
             std::make_index_sequence<registry_event_count>{});
}

}  // namespace huiyin::events
