// Strict reading, as the edge reads commands: every complaint has its code and its place.
#include "events/json_reader.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "events/case_codec.hpp"
#include "events/case_event.hpp"
#include "events/json_writer.hpp"
#include "events/sample_events.hpp"

namespace huiyin::events {
namespace {

template <class T>
std::expected<T, DecodeError> read_strictly(std::string_view text) {
  json::Parser parser;
  const auto root = parse_json(parser, text);
  if (!root) return std::unexpected(root.error());
  JsonReader reader(*root, ReadMode::strict);
  T value;
  reader.fields_of(value);
  reader.finish();
  if (reader.error()) return std::unexpected(*reader.error());
  return value;
}

// "code at pointer", or "accepted".
template <class T>
std::string complaint(std::string_view text) {
  const auto value = read_strictly<T>(text);
  if (value) return "accepted";
  EXPECT_FALSE(value.error().detail.empty()) << text;
  return std::string(name_of(value.error().code)) + " at " + value.error().pointer;
}

template <class T>
std::string detail(std::string_view text) {
  const auto value = read_strictly<T>(text);
  return value ? "accepted" : value.error().detail;
}

std::string times(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// A collect command whose `deputies` are these.
std::string with_deputies(const std::string& list) {
  return R"({"kind":"suggestion","title":"排水","deputies":[)" + list + "]}";
}

TEST(StrictReading, TakesAWholeCommand) {
  const auto value = read_strictly<Collected>(
      R"({"title":"升平路排水管道","kind":"suggestion","inter_session":true,)"
      R"("deputies":[{"deputy":"d1","congress":"430000-14"},{"deputy":"d2","part":"cosigner"}]})");
  ASSERT_TRUE(value) << value.error().detail;
  EXPECT_EQ(value->title, "升平路排水管道");
  EXPECT_EQ(value->kind, Kind::suggestion);
  EXPECT_TRUE(value->inter_session);
  ASSERT_EQ(value->deputies.size(), 2U);
  EXPECT_EQ(value->deputies[0].congress, "430000-14");
  EXPECT_EQ(value->deputies[1].part, Part::cosigner);
}

TEST(StrictReading, NamesAnUnknownField) {
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a","colour":"red"})"), "unknown-field at /colour");
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a","a/b~c":1})"), "unknown-field at /a~1b~0c");
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a","":1})"), "unknown-field at /");
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a","Text":"b"})"), "unknown-field at /Text");
  EXPECT_EQ(complaint<Collected>(with_deputies(R"({"deputy":"a"},{"deputy":"b","phone":"1"})")),
            "unknown-field at /deputies/1/phone");
}

TEST(StrictReading, NamesADoubledField) {
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a","text":"b"})"), "duplicate-field at /text");
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a","te\u0078t":"b"})"), "duplicate-field at /text");
  EXPECT_EQ(complaint<Collected>(with_deputies(R"({"deputy":"a","deputy":"a"})")),
            "duplicate-field at /deputies/0/deputy");
}

TEST(StrictReading, NamesAMissingField) {
  EXPECT_EQ(complaint<Annotated>("{}"), "missing-field at /text");
  EXPECT_EQ(complaint<Collected>(with_deputies(R"({"part":"lead"})")),
            "missing-field at /deputies/0/deputy");
}

TEST(StrictReading, NamesAWrongType) {
  EXPECT_EQ(complaint<Annotated>(R"({"text":7})"), "wrong-type at /text");
  EXPECT_EQ(complaint<Annotated>(R"({"text":null})"), "wrong-type at /text");
  EXPECT_EQ(complaint<Annotated>(R"([])"), "wrong-type at ");
  EXPECT_EQ(complaint<Annotated>(R"("text")"), "wrong-type at ");
  EXPECT_EQ(complaint<Signed>(R"({"lane":"1"})"), "wrong-type at /lane");
  EXPECT_EQ(complaint<Signed>(R"({"lane":1.0})"), "wrong-type at /lane");
  EXPECT_EQ(complaint<Collected>(R"({"kind":1,"title":"a"})"), "wrong-type at /kind");
  EXPECT_EQ(complaint<Collected>(R"({"kind":"matter","title":"a","deputies":{}})"),
            "wrong-type at /deputies");
  EXPECT_EQ(complaint<Collected>(with_deputies(R"({"deputy":"a"},"b")")),
            "wrong-type at /deputies/1");
  EXPECT_EQ(complaint<HandedOff>(R"({"co":["a",["b"]]})"), "wrong-type at /co/1");
  EXPECT_EQ(complaint<Collected>(R"({"kind":"matter","title":"a","whole_delegation":1})"),
            "wrong-type at /whole_delegation");
  EXPECT_EQ(complaint<Replied>(R"({"class":"A","text":"a","commitment":20240205})"),
            "wrong-type at /commitment");
}

TEST(StrictReading, NamesANumberOutOfRange) {
  EXPECT_EQ(complaint<Signed>(R"({"lane":65535})"), "accepted");
  EXPECT_EQ(complaint<Signed>(R"({"lane":65536})"), "invalid-value at /lane");
  EXPECT_EQ(complaint<Signed>(R"({"lane":-1})"), "invalid-value at /lane");
  EXPECT_EQ(complaint<DeedRecorded>(R"({"text":"a","amount_yuan":9223372036854775807})"),
            "accepted");
}

TEST(StrictReading, CountsCharactersNotBytes) {
  EXPECT_EQ(complaint<Collected>(R"({"kind":"matter","title":")" + times(500, "升") + "\"}"),
            "accepted");
  EXPECT_EQ(complaint<Collected>(R"({"kind":"matter","title":")" + times(501, "升") + "\"}"),
            "too-long at /title");
  EXPECT_EQ(complaint<Collected>(R"({"kind":"matter","title":")" + times(500, "😀") + "\"}"),
            "accepted");
  EXPECT_EQ(complaint<HandedOff>(R"({"co":["a",")" + times(65, "b") + R"("]})"),
            "too-long at /co/1");
}

TEST(StrictReading, CountsItems) {
  const auto list = [](std::size_t count) {
    std::string ids;
    for (std::size_t i = 0; i < count; ++i)
      ids += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\"";
    return R"({"co":[)" + ids + "]}";
  };
  EXPECT_EQ(complaint<HandedOff>(list(64)), "accepted");
  EXPECT_EQ(complaint<HandedOff>(list(65)), "too-many at /co");
  EXPECT_EQ(
      complaint<Collected>(with_deputies(times(64, R"({"deputy":"a"},)") + R"({"deputy":"a"})")),
      "too-many at /deputies");
}

TEST(StrictReading, PlacesInvalidUtf8) {
  EXPECT_EQ(complaint<Annotated>("{\"text\":\"\xC9\xFD\xC6\xBD\xC2\xB7\"}"),
            "invalid-utf8 at /text");
  EXPECT_EQ(complaint<Collected>(with_deputies("{\"deputy\":\"a\"},{\"deputy\":\"b\"},"
                                               "{\"deputy\":\"c\"},{\"deputy\":\"d\","
                                               "\"congress\":\"\xFF\"}")),
            "invalid-utf8 at /deputies/3/congress");
}

TEST(StrictReading, RefusesABadIdentifier) {
  for (const char* bad : {"", " a", "a ", " ", "a\\nb", "\\u0000", "a\\u007f"}) {
    EXPECT_EQ(complaint<Collected>(with_deputies(
                  R"({"deputy":"a"},{"deputy":"b"},{"deputy":"c"},{"deputy":"d","congress":")" +
                  std::string(bad) + "\"}")),
              "invalid-value at /deputies/3/congress")
        << bad;
  }
  EXPECT_EQ(complaint<Collected>(with_deputies(R"({"deputy":"湖南 代表/1:2"})")), "accepted");
}

TEST(StrictReading, ListsTheWordsOfAnEnumeration) {
  EXPECT_EQ(complaint<Collected>(R"({"kind":"Matter","title":"a"})"), "invalid-value at /kind");
  EXPECT_EQ(detail<Collected>(R"({"kind":"petition","title":"a"})"),
            "expected one of matter suggestion motion legislative");
  EXPECT_EQ(complaint<Collected>(with_deputies(R"({"deputy":"a","part":""})")),
            "invalid-value at /deputies/0/part");
}

TEST(StrictReading, RefusesImpossibleDates) {
  EXPECT_EQ(complaint<Replied>(R"({"class":"B","text":"a","commitment":"2023-02-29"})"),
            "invalid-value at /commitment");
  EXPECT_EQ(complaint<Corrected>(
                R"({"of":1,"reason":"a","fields":{"occurred_at":"2024-02-05T09:00:00"}})"),
            "invalid-value at /fields/occurred_at");
}

TEST(StrictReading, DecidedFieldsAreUnknownAtTheEdge) {
  EXPECT_EQ(complaint<Replied>(R"({"class":"A","text":"a","meaning":"solved"})"),
            "unknown-field at /meaning");
  EXPECT_EQ(complaint<Converted>(R"({"draft":{"kind":"suggestion","title":"a","sources":["c1"]}})"),
            "unknown-field at /draft/sources");
}

TEST(StrictReading, MalformedTextIsAnErrorOfTheWhole) {
  EXPECT_EQ(complaint<Annotated>(""), "malformed-json at ");
  EXPECT_EQ(complaint<Annotated>(R"({"text":"a"}})"), "malformed-json at ");
  EXPECT_EQ(complaint<Annotated>(R"({"text":)" + times(40, "[") + times(40, "]") + "}"),
            "too-deep at ");
}

TEST(StrictReading, NeverRepeatsAValueFromOutside) {
  for (const std::string& text : {std::string(R"({"kind":"张三","title":"a"})"),
                                  R"({"kind":"matter","title":")" + times(501, "张三") + "\"}",
                                  with_deputies(R"({"deputy":" 张三"})")}) {
    EXPECT_EQ(detail<Collected>(text).find("张三"), std::string::npos) << detail<Collected>(text);
  }
}

// --- every field of every body
// --------------------------------------------------------------------

template <std::size_t Index>
std::string complaint_of_body(std::string_view text) {
  using Body = std::variant_alternative_t<Index, CaseEventAlternatives>;
  const auto body = read_strictly<Body>(text);
  if (!body) return std::string(name_of(body.error().code)) + " at " + body.error().pointer;
  return *body == std::get<Index>(sample_event(Index, Fill::command).body) ? "equal" : "different";
}

template <std::size_t... Index>
std::string complaint_of(std::size_t index, std::string_view text, std::index_sequence<Index...>) {
  static constexpr std::array readers{&complaint_of_body<Index>...};
  return readers.at(index)(text);
}

std::string complaint_of(std::size_t index, std::string_view text) {
  return complaint_of(index, text, std::make_index_sequence<case_event_count>{});
}

// What a command of this type may hold, filled.
std::vector<SampleMember> command_members(std::size_t index) {
  std::vector<SampleMember> members = body_members(sample_event(index, Fill::command));
  std::erase_if(members, [](const auto& m) { return m.presence == Presence::decided; });
  return members;
}

class EveryBody : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryBody, IsTakenAsACommand) {
  auto members = command_members(GetParam());
  EXPECT_EQ(complaint_of(GetParam(), object_of(members)), "equal");
  std::reverse(members.begin(), members.end());
  EXPECT_EQ(complaint_of(GetParam(), object_of(members)), "equal") << "in any order";
}

TEST_P(EveryBody, IsRefusedFieldByField) {
  const auto members = command_members(GetParam());
  for (std::size_t at = 0; at < members.size(); ++at) {
    const SampleMember& member = members[at];
    auto without = members;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_EQ(complaint_of(GetParam(), object_of(without)), member.presence == Presence::required
                                                                ? "missing-field at /" + member.name
                                                                : "different");
    auto null = members;
    null[at].json = "null";
    EXPECT_EQ(complaint_of(GetParam(), object_of(null)), "wrong-type at /" + member.name);
    auto doubled = members;
    doubled.push_back(member);
    EXPECT_EQ(complaint_of(GetParam(), object_of(doubled)), "duplicate-field at /" + member.name);
    if (member.json.starts_with('"') && member.limit.characters != 0) {
      auto longer = members;
      longer[at].json = '"' + times(member.limit.characters + 1, "字") + '"';
      EXPECT_EQ(complaint_of(GetParam(), object_of(longer)), "too-long at /" + member.name);
    }
  }
}

TEST_P(EveryBody, RefusesDecidedFields) {
  const auto members = command_members(GetParam());
  for (const SampleMember& member : body_members(sample_event(GetParam(), Fill::everything))) {
    if (member.presence != Presence::decided) continue;
    auto with = members;
    with.push_back(member);
    EXPECT_EQ(complaint_of(GetParam(), object_of(with)), "unknown-field at /" + member.name);
  }
}

INSTANTIATE_TEST_SUITE_P(StrictReading, EveryBody, testing::Range(std::size_t{0}, case_event_count),
                         [](const auto& test) {
                           std::string name(case_event_names[test.param]);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Text of a command is bounded, or one request could fill a record of the log.
TEST_P(EveryBody, BoundsEveryTextAndList) {
  for (const SampleMember& member : command_members(GetParam())) {
    if (member.json.starts_with('[')) EXPECT_NE(member.limit.items, 0U) << member.name;
    if (!member.json.starts_with('"') || member.limit.characters != 0) continue;
    auto changed = command_members(GetParam());
    for (auto& other : changed) {
      if (other.name == member.name) other.json = "\"no such word\"";
    }
    EXPECT_EQ(complaint_of(GetParam(), object_of(changed)), "invalid-value at /" + member.name);
  }
}

}  // namespace
}  // namespace huiyin::events
