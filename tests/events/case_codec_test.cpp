#include "events/case_codec.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

constexpr unsigned variants = 14;  // as many as the longest enumeration has words

std::expected<CaseEvent, DecodeError> decode(std::string_view type, std::string_view data) {
  json::Parser parser;
  return decode_case_event(parser, type, data);
}

std::string complaint(std::string_view type, std::string_view data) {
  const auto event = decode(type, data);
  if (event) return "accepted";
  return std::string(name_of(event.error().code)) + " at " + event.error().pointer;
}

std::vector<std::string> keys_of(std::string_view data) {
  json::Parser parser;
  std::vector<std::string> keys;
  parser.parse(data)->each_member(&keys, [](void* into, std::string_view key, json::Value) {
    static_cast<std::vector<std::string>*>(into)->emplace_back(key);
    return true;
  });
  return keys;
}

TEST(CaseCodec, EveryEventComesBack) {
  json::Parser parser;
  for (std::size_t index = 0; index < case_event_count; ++index) {
    for (unsigned variant = 0; variant < variants; ++variant) {
      for (const Fill fill : {Fill::required, Fill::command, Fill::everything}) {
        const CaseEvent event = sample_event(index, fill, variant);
        std::string data;
        append_case_event(data, event);
        const auto read = decode_case_event(parser, event.type(), data);
        ASSERT_TRUE(read) << event.name() << read.error().pointer << read.error().detail << data;
        ASSERT_EQ(*read, event) << data;
      }
    }
  }
}

TEST(CaseCodec, WritesEveryFilledFieldAndNoAbsentOne) {
  for (std::size_t index = 0; index < case_event_count; ++index) {
    const CaseEvent event = sample_event(index, Fill::everything);
    std::vector<std::string> all;
    std::vector<std::string> needed;
    for (const auto& members : {common_members(event), body_members(event)}) {
      for (const SampleMember& member : members) {
        all.push_back(member.name);
        if (member.presence == Presence::required) needed.push_back(member.name);
      }
    }
    EXPECT_EQ(keys_of(sample_json(index, Fill::everything)), all) << event.name();
    EXPECT_EQ(keys_of(sample_json(index, Fill::required)), needed) << event.name();
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size())
        << event.name() << ": a field of the body has the name of a common one";
  }
}

TEST(CaseCodec, FieldNamesAreLowerCaseWords) {
  for (std::size_t index = 0; index < case_event_count; ++index) {
    for (const std::string& key : keys_of(sample_json(index, Fill::everything))) {
      EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos) << key;
    }
  }
}

TEST(CaseCodec, TypesAreNamedOnceAndFound) {
  std::set<std::string_view> seen;
  for (std::size_t index = 0; index < case_event_count; ++index) {
    EXPECT_TRUE(seen.insert(case_event_type(index)).second);
    EXPECT_EQ(case_event_index(case_event_type(index)), index);
    EXPECT_EQ(sample_event(index, Fill::required).type(), case_event_type(index));
  }
  EXPECT_EQ(case_event_type(0), "huiyin.case.collected.v1");
}

TEST(CaseCodec, UnknownTypesAndVersionsStopTheReader) {
  for (const char* type : {"", "huiyin.case.replied", "huiyin.case.replied.v2",
                           "huiyin.case.replied.v1 ", "huiyin.case.Replied.v1", "replied",
                           "huiyin.organ.replied.v1", "huiyin.case.exploded.v1"}) {
    EXPECT_EQ(complaint(type, "{}"), "unknown-type at ") << type;
  }
}

TEST(CaseCodec, LaterFieldsAreIgnored) {
  for (std::size_t index = 0; index < case_event_count; ++index) {
    const CaseEvent event = sample_event(index, Fill::everything);
    std::string data = sample_json(index, Fill::everything);
    // At the front, at the back, and in an object inside; of every JSON type.
    data.insert(1, R"("later":{"a":[1,null,"x"]},"later_2":1.5,)");
    data.insert(data.size() - 1, R"(,"later_3":null,"later":[])");
    const auto inner = data.find("{\"clock\":");
    ASSERT_NE(inner, std::string::npos);
    data.insert(inner + 1, R"("later":true,)");
    const auto read = decode(event.type(), data);
    ASSERT_TRUE(read) << event.name() << " " << read.error().pointer;
    EXPECT_EQ(*read, event);
  }
}

// A history written under wider bounds still reads.
TEST(CaseCodec, LimitsAreNotLookedAtInTheLog) {
  CaseEvent event = sample_event(0, Fill::everything);
  auto& collected = std::get<Collected>(event.body);
  collected.title = std::string(5'000, 'x');
  collected.station = " a\nb ";
  collected.deputies.resize(100);
  std::string data;
  append_case_event(data, event);
  EXPECT_EQ(decode(event.type(), data), event);
}

TEST(CaseCodec, NamesWhatIsBrokenInTheLog) {
  const std::string type(case_event_type(*case_event_index("huiyin.case.annotated.v1")));
  const std::string good = sample_json(*case_event_index(type), Fill::everything);
  const auto replaced = [&](std::string_view from, std::string_view to) {
    std::string data = good;
    const auto at = data.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return data.replace(at, from.size(), to);
  };
  EXPECT_EQ(complaint(type, good), "accepted");
  EXPECT_EQ(complaint(type, "{}"), "missing-field at /occurred_at");
  EXPECT_EQ(complaint(type, replaced("\"stage\":", "\"stag\":")), "missing-field at /stage");
  EXPECT_EQ(complaint(type, replaced("\"clock\":", "\"clok\":")),
            "missing-field at /clocks/0/clock");
  EXPECT_EQ(complaint(type, replaced("\"ended\":true", "\"ended\":1")), "wrong-type at /ended");
  EXPECT_EQ(complaint(type, replaced("\"action\":\"stop\"", "\"action\":\"halt\"")),
            "invalid-value at /clocks/0/action");
  EXPECT_EQ(complaint(type, replaced("\"text\":\"", "\"text\":\"\xFF")), "invalid-utf8 at /text");
  EXPECT_EQ(complaint(type, good.substr(0, good.size() - 1)), "malformed-json at ");
  EXPECT_EQ(complaint(type, "[]"), "wrong-type at ");
  EXPECT_EQ(complaint(type, "null"), "wrong-type at ");
  EXPECT_EQ(complaint(type, ""), "malformed-json at ");
}

}  // namespace
}  // namespace huiyin::events
