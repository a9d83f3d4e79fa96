#include "events/envelope.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "events/json_value.hpp"
#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

std::vector<std::pair<std::string, std::string>> attributes_of(const Envelope& envelope) {
  std::vector<std::pair<std::string, std::string>> attributes;
  each_attribute(view_of(envelope), &attributes,
                 [](void* into, std::string_view name, std::string_view value) {
                   static_cast<decltype(attributes)*>(into)->emplace_back(name, value);
                 });
  return attributes;
}

TEST(Envelope, OwnsWhatWasViewed) {
  const Envelope envelope = sample_envelope("huiyin.case.replied.v1");
  EXPECT_EQ(to_owned(view_of(envelope)), envelope);
}

TEST(Envelope, NamesItsAttributesAsCloudEventsDoes) {
  const std::vector<std::pair<std::string, std::string>> expected{
      {"specversion", "1.0"},
      {"id", "018d75c1-4e9b-7000-8000-0000000004d2"},
      {"type", "huiyin.case.replied.v1"},
      {"source", "/huiyin/hunan"},
      {"subject", "430000-14-0001"},
      {"time", "2024-02-05T01:02:03.004Z"},
      {"sequence", "1234"},
      {"subjectversion", "7"},
      {"actor", "officer-1"},
      {"role", "officer"},
      {"behalf", "代表-1"},
      {"commandid", "018d75c1-4e9a-7000-8000-000000000001"},
      {"commandhash", "5e2bf57d3f40c4b6df69daf1936cb766"},
      {"process", "suggestion@3"},
      {"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}};
  EXPECT_EQ(attributes_of(sample_envelope("huiyin.case.replied.v1")), expected);
}

TEST(Envelope, LeavesEmptyAttributesOut) {
  Envelope envelope = sample_envelope("huiyin.case.replied.v1");
  envelope.behalf.clear();
  envelope.traceparent.clear();
  for (const auto& [name, value] : attributes_of(envelope)) {
    EXPECT_NE(name, "behalf");
    EXPECT_NE(name, "traceparent");
    EXPECT_FALSE(value.empty());
  }
}

TEST(Envelope, IsOneCloudEvent) {
  Envelope envelope = sample_envelope("huiyin.case.annotated.v1");
  envelope.actor = "officer \"1\"";
  std::string text = "before";
  append_cloud_event(text, view_of(envelope), R"({"text":"a"})");
  ASSERT_TRUE(text.starts_with("before{"));
  json::Parser parser;
  const auto root = parser.parse(text.substr(6));
  ASSERT_TRUE(root) << text;
  EXPECT_EQ(root->find("specversion")->as_string(), "1.0");
  EXPECT_EQ(root->find("datacontenttype")->as_string(), content_type);
  EXPECT_EQ(root->find("actor")->as_string(), "officer \"1\"");
  EXPECT_EQ(root->find("sequence")->as_string(), "1234");
  EXPECT_EQ(root->find("data")->find("text")->as_string(), "a");
}

}  // namespace
}  // namespace huiyin::events
