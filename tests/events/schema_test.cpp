#include "events/schema.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "events/case_event.hpp"
#include "events/json_value.hpp"
#include "events/registry_event.hpp"
#include "events/sample_events.hpp"
#include "events/schema_writer.hpp"

namespace huiyin::events {
namespace {

template <class T>
std::string schema_of(SchemaOf of) {
  SchemaWriter writer(of);
  T value{};
  writer.fields_of(value);
  return writer.members();
}

TEST(Schema, OnePerTypeAndOneForTheEnvelope) {
  std::set<std::string> names;
  json::Parser parser;
  for (const Schema& schema : event_schemas()) {
    EXPECT_TRUE(names.insert(schema.name).second) << schema.name;
    const auto root = parser.parse(schema.json);
    ASSERT_TRUE(root) << schema.name;
    EXPECT_EQ(root->find("$schema")->as_string(), "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(root->find("title")->as_string(), schema.name);
  }
  EXPECT_EQ(names.size(), case_event_count + registry_event_count + 1);
  EXPECT_TRUE(names.contains("huiyin.envelope"));
  EXPECT_TRUE(names.contains("huiyin.case.settled.v1"));
}

TEST(Schema, KnowsEveryField) {
  const auto schemas = event_schemas();
  json::Parser parser;
  for (std::size_t index = 0; index < case_event_count; ++index) {
    const auto properties = parser.parse(schemas[index].json)->find("properties");
    ASSERT_TRUE(properties);
    const CaseEvent event = sample_event(index, Fill::everything);
    std::size_t fields = 0;
    for (const auto& members : {common_members(event), body_members(event)}) {
      for (const SampleMember& member : members) {
        EXPECT_TRUE(properties->find(member.name)) << event.name() << " " << member.name;
        ++fields;
      }
    }
    EXPECT_EQ(properties->size(), fields) << event.name();
  }
}

TEST(Schema, SaysWhatSerializeSays) {
  EXPECT_EQ(schema_of<Feedback>(SchemaOf::event),
            R"("type":"object","properties":{"how":{"type":"string","maxLength":200},)"
            R"("text":{"type":"string","maxLength":16000}},"required":["how"])");
  EXPECT_EQ(schema_of<SupervisorAssigned>(SchemaOf::event),
            R"("type":"object","properties":{"organ":{"type":"string","minLength":1,)"
            R"("maxLength":64},"joining":{"type":"array","items":{"type":"string","minLength":1,)"
            R"("maxLength":64},"maxItems":64}},"required":["organ"])");
}

TEST(Schema, OfACommandIsClosedAndHasNoDecidedField) {
  EXPECT_EQ(schema_of<Reopened>(SchemaOf::command),
            R"("type":"object","properties":{"reason":{"type":"string","maxLength":16000}},)"
            R"("required":["reason"],"additionalProperties":false)");
  EXPECT_NE(schema_of<Reopened>(SchemaOf::event).find(R"("round":{"type":"integer","minimum":0})"),
            std::string::npos);
}

}  // namespace
}  // namespace huiyin::events
