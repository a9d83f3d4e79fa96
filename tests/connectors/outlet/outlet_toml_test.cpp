#include <gtest/gtest.h>

#include "outlet/outlet.hpp"
#include "payload.hpp"

namespace huiyin::outlet {
namespace {

const std::string_view small = R"(outlet = "hotline-12345"
[scope]
kinds = ["matter"]
not_taken = [{ category = "信访", why = "已进入信访渠道" }]
[payload]
format = "json"
[payload.fields]
b = "{{{title}}} {place}"
a = { value = "{category}", map = "codes", default = "99", cut = 2 }
[map.codes]
"市政" = "012"
[results]
format = "json"
external_id = "no"
result = "status"
text = "reply"
[results.words]
ok = "done"
[server]
url = "http://127.0.0.1:8420"
token = { env = "TOKEN" }
)";

std::string with(std::string_view from, std::string_view to) {
  std::string text(small);
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

// The only mistake, as "line: key: message".
std::string mistake(const std::string& toml) {
  const auto parsed = parse_outlet(toml, "folder/x.toml");
  if (parsed) return "none";
  EXPECT_EQ(parsed.error().size(), 1U) << to_text(parsed.error().back());
  return to_text(parsed.error().front()).substr(std::string_view("folder/x.toml:").size());
}

TEST(OutletToml, TheShippedOnesAreSound) {
  const auto all = load_outlets(std::filesystem::path(HUIYIN_SOURCE_DIR) / "config" / "outlets");
  ASSERT_TRUE(all) << to_text(all.error().front());
  ASSERT_EQ(all->size(), 1U);
  EXPECT_EQ(all->front().outlet, events::Outlet::hotline_12345);  // S0-29, S3-49
  EXPECT_FALSE(all->front().payload.petitioner);
  EXPECT_FALSE(all->front().scope.not_taken.empty());
}

TEST(OutletToml, FillsThePayloadInTheFilesOrder) {
  const auto outlet = parse_outlet(small, "x.toml");
  ASSERT_TRUE(outlet) << to_text(outlet.error().front());
  EXPECT_EQ(outlet->name, "x");
  const auto values =
      fill(outlet->payload, {{"title", "路\"灯"}, {"place", "升平路"}, {"category", "市政"}});
  ASSERT_TRUE(values) << values.error();
  EXPECT_EQ(*values, (std::vector<std::string>{"{路\"灯} 升平路", "01"}));
  EXPECT_EQ(to_json(outlet->payload, *values), R"({"b":"{路\"灯} 升平路","a":"01"})");
  EXPECT_EQ(to_csv(*values), "\"{路\"\"灯} 升平路\",01\r\n");
  EXPECT_EQ((*fill(outlet->payload, {{"category", "别的"}}))[1], "99");
}

TEST(OutletToml, WithoutADefaultAnUnknownWordIsSaid) {
  const auto outlet = parse_outlet(with(R"(, default = "99", cut = 2)", ""), "x.toml");
  ASSERT_TRUE(outlet);
  const auto values = fill(outlet->payload, {{"category", "别的"}});
  ASSERT_FALSE(values);
  EXPECT_EQ(values.error(), "a: the map does not know \"别的\"");
}

TEST(OutletToml, NamesEachMistakeWithItsLine) {
  EXPECT_TRUE(mistake(with("hotline-12345", "12345")).starts_with("1: outlet: there is no"));
  EXPECT_TRUE(
      mistake(with("\"matter\"", "\"mattter\"")).starts_with("3: scope.kinds: there is no"));
  EXPECT_TRUE(mistake(with(", why = \"已进入信访渠道\"", ""))
                  .starts_with("4: scope.not_taken.why: is missing"));
  EXPECT_TRUE(mistake(with("{place}", "{plaice}"))
                  .starts_with("8: payload.fields.b: there is no {plaice}"));
  EXPECT_TRUE(mistake(with("{place}", "{place")).starts_with("8: payload.fields.b: a brace alone"));
  EXPECT_TRUE(mistake(with("{place}", "{petitioner.phone}"))
                  .starts_with("8: payload.fields.b: a petitioner's"));
  EXPECT_TRUE(mistake(with("\"codes\"", "\"code\""))
                  .starts_with("9: payload.fields.a.map: there is no [map.code]"));
  EXPECT_TRUE(mistake(with("cut = 2", "cut = 0")).starts_with("9: payload.fields.a.cut: must be"));
  EXPECT_TRUE(mistake(with("external_id = \"no\"", "")).starts_with("12: results: needs"));
  EXPECT_TRUE(mistake(with("\"done\"", "\"finished\""))
                  .starts_with("18: results.words.ok: must be one of"));
  EXPECT_TRUE(mistake(with("http://127.0.0.1:8420", "http://127.0.0.1.example.org"))
                  .starts_with("20: server.url: must begin"));
  EXPECT_TRUE(mistake(with("{ env = \"TOKEN\" }", "\"secret\""))
                  .starts_with("21: server.token: must be {"));
  EXPECT_TRUE(mistake(std::string(small) +
                      "[http]\nsend = \"https://h\"\nresults = \"https://h\"\nnext = \"n\"\n")
                  .starts_with("22: http.next: is of no use"));
  EXPECT_TRUE(
      mistake(with("format = \"json\"", "format = \"csv\"") + "[http]\nsend = \"https://h\"\n")
          .starts_with("22: http: a matter is sent as JSON"));
}

TEST(OutletScope, CategoriesHoldWhatIsBelowThem) {  // S0-30
  using events::Kind;
  Scope scope{.kinds = {Kind::matter}, .categories = {}, .not_taken = {{"信访", "已进入信访渠道"}}};
  EXPECT_FALSE(scope.refusal(Kind::matter, "市政"));
  EXPECT_FALSE(scope.refusal(Kind::matter, ""));
  EXPECT_FALSE(scope.refusal(Kind::matter, "信访咨询"));
  EXPECT_EQ(scope.refusal(Kind::matter, "信访/来信"),
            "the outlet does not take 信访: 已进入信访渠道");
  EXPECT_TRUE(scope.refusal(Kind::suggestion, "市政"));
  scope.categories = {"市政"};
  EXPECT_FALSE(scope.refusal(Kind::matter, "市政/路灯"));
  EXPECT_TRUE(scope.refusal(Kind::matter, "环保"));
  EXPECT_TRUE(scope.refusal(Kind::matter, ""));
}

}  // namespace
}  // namespace huiyin::outlet
