#include "text_search/tokens.hpp"

#include <gtest/gtest.h>

namespace huiyin::text_search {
namespace {

std::string tokens_of(std::string_view text) {
  std::string out;
  append_tokens(out, text);
  return out;
}

std::string single_characters_of(std::string_view text) {
  std::string out;
  append_single_characters(out, text);
  return out;
}

TEST(Tokens, PairNeighboursOfARun) {
  EXPECT_EQ(tokens_of("排水管"), "排水 水管 管 ");
  EXPECT_EQ(tokens_of("水"), "水 ");
  EXPECT_EQ(tokens_of("排水,管道。"), "排水 水 管道 道 ");
  EXPECT_EQ(tokens_of("𠮷野家"), "𠮷野 野家 家 ");
}

TEST(Tokens, KeepWordsWholeInLowerCase) {
  EXPECT_EQ(tokens_of("Drain PIPE-2024/015"), "drain pipe 2024 015 ");
  EXPECT_EQ(tokens_of("Ünal ŽIŽEK Ελλάδα Москва"), "ünal žižek ελλάδα москва ");
  EXPECT_EQ(tokens_of("ＡＢＣ１２"), "abc12 ");
  EXPECT_EQ(tokens_of(std::string(70, 'x')), std::string(64, 'x') + " xxxxxx ");
}

TEST(Tokens, MarkTheStartOfARunAfterAWord) {
  EXPECT_EQ(tokens_of("3号楼"), "3 号 号楼 楼 ");
  EXPECT_EQ(tokens_of("共3号"), "共 3 号 号 ");
  EXPECT_EQ(tokens_of("3 号楼"), "3 号楼 楼 ");
}

TEST(Tokens, SurviveAnyBytes) {
  EXPECT_EQ(tokens_of(""), "");
  EXPECT_EQ(tokens_of(" 。\"'*()！—…\t\n😀"), "");
  EXPECT_EQ(tokens_of("a\xFF\xE6\xB0z\xF0"), "a z ");
  EXPECT_EQ(tokens_of(std::string_view("a\0b", 3)), "a b ");
}

TEST(Tokens, ListSingleCharactersOnce) {
  EXPECT_EQ(single_characters_of("水管,水 a1"), "c水 c管 ");
  EXPECT_EQ(single_characters_of("drain"), "");
}

using Phrases = std::vector<std::vector<std::string>>;

TEST(Queries, AskForNeighboursWithinABlankSeparatedWord) {
  EXPECT_EQ(parse_query("排水管"), (Query{{{"排水", "水管"}}, {}}));
  EXPECT_EQ(parse_query("排水 Drain　管道"), (Query{{{"排水"}, {"drain"}, {"管道"}}, {}}));
  EXPECT_EQ(parse_query("2024-015"), (Query{{{"2024", "015"}}, {}}));
  EXPECT_EQ(parse_query("3号"), (Query{{{"3", "号"}}, {}}));
  EXPECT_EQ(parse_query("排水3号楼"), (Query{{{"排水", "水", "3", "号", "号楼"}}, {}}));
}

TEST(Queries, LookForSingleCharactersByThemselves) {
  EXPECT_EQ(parse_query("水"), (Query{{}, {"c水"}}));
  EXPECT_EQ(parse_query("排水 管"), (Query{{{"排水"}}, {"c管"}}));
  EXPECT_EQ(parse_query("水。管"), (Query{{{"水"}}, {"c管"}}));
}

TEST(Queries, OfNothingAreEmpty) {
  for (const char* query : {"", "   ", "\"", "* AND (", "。"}) {
    const Query parsed = parse_query(query);
    EXPECT_EQ(parsed.single_characters.size(), 0U) << query;
    EXPECT_EQ(parsed.phrases,
              std::string_view(query).contains("AND") ? Phrases{{"and"}} : Phrases{});
  }
}

}  // namespace
}  // namespace huiyin::text_search
