#include "events/json_text.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "events/json_locate.hpp"
#include "events/json_value.hpp"

namespace huiyin::events {
namespace {

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

TEST(JsonText, OnlyWhatJsonDemandsIsEscaped) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("升平路/排水管"), R"("升平路/排水管")");
  EXPECT_EQ(json_string("\"a\\b\"\n\r\t"), R"("\"a\\b\"\n\r\t")");
  EXPECT_EQ(json_string(std::string("\0\x1f\x7f", 3)), "\"\\u0000\\u001f\x7f\"");
}

TEST(JsonText, EveryAsciiCharacterComesBack) {
  std::string all;
  for (char c = 0; c < 127; ++c) all.push_back(c);
  json::Parser parser;
  const auto value = parser.parse(json_string(all));
  ASSERT_TRUE(value);
  EXPECT_EQ(value->as_string(), all);
}

TEST(JsonText, Numbers) {
  std::string out;
  append_json_number(out, std::numeric_limits<std::int64_t>::min());
  out.push_back(' ');
  append_json_number(out, 0);
  EXPECT_EQ(out, "-9223372036854775808 0");
}

TEST(JsonText, CharactersAreCodePoints) {
  EXPECT_EQ(count_characters(""), 0U);
  EXPECT_EQ(count_characters("abc"), 3U);
  EXPECT_EQ(count_characters("升平路"), 3U);
  EXPECT_EQ(count_characters("é😀"), 2U);
}

TEST(JsonText, ValidUtf8) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("升平路 é 😀 \xF4\x8F\xBF\xBF"));
  EXPECT_FALSE(is_valid_utf8("\x80"));              // no first byte
  EXPECT_FALSE(is_valid_utf8("\xE5\x8D"));          // cut
  EXPECT_FALSE(is_valid_utf8("\xC0\x80"));          // over-long
  EXPECT_FALSE(is_valid_utf8("\xED\xA0\x80"));      // a surrogate
  EXPECT_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));  // past 10FFFF
  EXPECT_FALSE(is_valid_utf8("\xC9\xFD\xC6\xBD"));  // 升平 in GBK
}

TEST(JsonLocate, PointsAtTheValueThatHoldsTheBadByte) {
  using json::locate_invalid_utf8;
  EXPECT_EQ(locate_invalid_utf8("{\"title\":\"a\x80\"}"), "/title");
  EXPECT_EQ(locate_invalid_utf8("{\"title\":\"\x80\"}"), "/title");
  EXPECT_EQ(locate_invalid_utf8("{\"a\":\"升平\",\"b\":{\"c\":[\"x\",\"y\xFF\"]}}"), "/b/c/1");
  EXPECT_EQ(locate_invalid_utf8("{\"a\":[],\"b\":{},\"c\":\"\xE5\x8D\"}"), "/c");
  EXPECT_EQ(locate_invalid_utf8("[1,2,\"\\\"],{\xFF\"]"), "/2");
  EXPECT_EQ(locate_invalid_utf8("{\"a\":{\"k\xFF\":1}}"), "/a");
  EXPECT_EQ(locate_invalid_utf8("{\"a/b~c\":\"\xFF\"}"), "/a~1b~0c");
  EXPECT_EQ(locate_invalid_utf8("\"\xFF\""), "");
  EXPECT_EQ(locate_invalid_utf8("\xFF"), "");
  EXPECT_EQ(locate_invalid_utf8(""), "");
  EXPECT_EQ(locate_invalid_utf8("{\"a\":\xFF"), "/a");
  EXPECT_EQ(locate_invalid_utf8("]]}}\"\xFF"), "");
  EXPECT_EQ(locate_invalid_utf8("{\"a\":\"x\\"), "/a");
}

TEST(JsonLocate, FindsItInALongText) {
  std::string text = "{\"a\":\"";
  for (int i = 0; i < 5'000; ++i) text += "升";
  text += "\",\"b\":\"";
  for (int i = 0; i < 5'000; ++i) text += "平";
  text += "\xE5\",\"c\":\"路\"}";
  EXPECT_EQ(json::locate_invalid_utf8(text), "/b");
}

}  // namespace
}  // namespace huiyin::events
