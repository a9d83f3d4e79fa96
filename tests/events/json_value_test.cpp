#include "events/json_value.hpp"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace huiyin::events::json {
namespace {

TEST(JsonValue, KnowsItsType) {
  Parser parser;
  const auto root = parser.parse(
      R"([null, true, 7, -7, 1.5, 1e3, 18446744073709551615, "升", [1, 2], {"a": 1, "b": 2}])");
  ASSERT_TRUE(root);
  std::vector<Value> values;
  ASSERT_TRUE(root->each_element(&values, [](void* into, Value value) {
    static_cast<std::vector<Value>*>(into)->push_back(value);
    return true;
  }));
  ASSERT_EQ(values.size(), 10U);
  const std::vector<Type> types{Type::null,   Type::boolean, Type::integer, Type::integer,
                                Type::number, Type::number,  Type::integer, Type::string,
                                Type::array,  Type::object};
  for (std::size_t i = 0; i < types.size(); ++i) {
    EXPECT_EQ(values[i].type(), types[i]) << i;
    EXPECT_EQ(values[i].as_bool().has_value(), types[i] == Type::boolean) << i;
    EXPECT_EQ(values[i].as_string().has_value(), types[i] == Type::string) << i;
  }
  EXPECT_EQ(values[2].as_integer(), 7);
  EXPECT_EQ(values[3].as_integer(), -7);
  EXPECT_FALSE(values[4].as_integer());
  EXPECT_FALSE(values[5].as_integer());
  EXPECT_FALSE(values[6].as_integer());  // past int64
  EXPECT_EQ(values[7].as_string(), "升");
  EXPECT_EQ(values[8].size(), 2U);
  EXPECT_EQ(values[9].size(), 2U);
  EXPECT_EQ(values[7].size(), 0U);
}

TEST(JsonValue, MembersComeInTheTextsOrder) {
  Parser parser;
  const auto root = parser.parse(R"({"b": 1, "a": 2, "b": 3})");
  ASSERT_TRUE(root);
  std::string keys;
  ASSERT_TRUE(root->each_member(&keys, [](void* into, std::string_view key, Value) {
    static_cast<std::string*>(into)->append(key);
    return true;
  }));
  EXPECT_EQ(keys, "bab");
  EXPECT_EQ(root->find("b")->as_integer(), 1);
  EXPECT_FALSE(root->find("c"));
  EXPECT_FALSE(root->each_element(nullptr, [](void*, Value) { return true; }));
}

TEST(JsonValue, VisitorsMayStop) {
  Parser parser;
  const auto root = parser.parse("[1, 2, 3]");
  ASSERT_TRUE(root);
  int seen = 0;
  root->each_element(&seen, [](void* count, Value) { return ++*static_cast<int*>(count) < 2; });
  EXPECT_EQ(seen, 2);
}

TEST(JsonParser, RefusesWhatIsNotOneJsonText) {
  Parser parser;
  for (const std::string& text : std::vector<std::string>{"",
                                                          " ",
                                                          "{",
                                                          "}",
                                                          "{\"a\"}",
                                                          "{\"a\":}",
                                                          "[1,]",
                                                          "{\"a\":1,}",
                                                          "nul",
                                                          "NaN",
                                                          "01",
                                                          "+1",
                                                          "1.",
                                                          "'a'",
                                                          "\"a",
                                                          "\"\\x\"",
                                                          "\"\\ud800\"",
                                                          "\"\n\"",
                                                          "{} {}",
                                                          "{}x",
                                                          "[1 2]",
                                                          std::string("{}\0", 3),
                                                          "// c\n{}",
                                                          "{a:1}",
                                                          "1e999"}) {
    const auto root = parser.parse(text);
    ASSERT_FALSE(root) << text;
    EXPECT_EQ(root.error().code, ParseErrorCode::malformed) << text;
    EXPECT_FALSE(root.error().detail.empty());
  }
}

TEST(JsonParser, RefusesInvalidUtf8) {
  Parser parser;
  const auto root = parser.parse("{\"a\":\"\xC9\xFD\"}");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ParseErrorCode::invalid_utf8);
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonParser, RefusesDepth) {
  Parser parser;
  EXPECT_TRUE(parser.parse(nested(15)));
  for (const std::size_t depth : {std::size_t{17}, std::size_t{1'000}, std::size_t{1'000'000}}) {
    const auto root = parser.parse(nested(depth));
    ASSERT_FALSE(root);
    EXPECT_EQ(root.error().code, ParseErrorCode::too_deep) << depth;
  }
}

TEST(JsonParser, RefusesSize) {
  Parser parser;
  const auto root = parser.parse("\"" + std::string(16U << 20U, 'a') + "\"");
  ASSERT_FALSE(root);
  EXPECT_EQ(root.error().code, ParseErrorCode::too_large);
}

TEST(JsonParser, IsUsableAfterAnErrorAndAfterAMove) {
  Parser first;
  EXPECT_FALSE(first.parse("{"));
  Parser parser = std::move(first);
  for (std::size_t size : {std::size_t{10}, std::size_t{100'000}, std::size_t{10}}) {
    const std::string text(size, 'x');
    const auto root = parser.parse("\"" + text + "\"");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->as_string(), text);
  }
}

TEST(JsonParser, NumbersKeepTheirWholeRange) {
  Parser parser;
  EXPECT_EQ(parser.parse("9223372036854775807")->as_integer(),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parser.parse("-9223372036854775808")->as_integer(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(parser.parse("-9223372036854775809"));
}

}  // namespace
}  // namespace huiyin::events::json
