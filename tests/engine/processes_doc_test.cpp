// docs/processes.md is all that a writer of definitions has: it names every word of the language.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "engine/command.hpp"
#include "engine/definition_toml.hpp"

namespace huiyin::engine {
namespace {

const std::string& page() {
  static const std::string text = [] {
    std::ifstream file(HUIYIN_SOURCE_DIR "/docs/processes.md", std::ios::binary);
    return std::string{std::istreambuf_iterator<char>(file), {}};
  }();
  return text;
}

// Whether the word stands, as a whole, in some `code` of the page.
bool explains(std::string_view word) {
  const auto part_of_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  };
  bool code = false;
  for (std::size_t i = 0; i < page().size(); ++i) {
    if (page()[i] == '`') code = !code;
    if (!code || page().compare(i, word.size(), word) != 0) continue;
    if (!part_of_word(page()[i - 1]) && !part_of_word(page()[i + word.size()])) return true;
  }
  return false;
}

template <class E>
void expect_all_explained() {
  for (const std::string_view word : names(E{})) EXPECT_TRUE(explains(word)) << word;
}

TEST(ProcessesPage, ExplainsEveryWord) {
  expect_all_explained<CommandType>();
  expect_all_explained<Guard>();
  expect_all_explained<Role>();
  expect_all_explained<Holder>();
  expect_all_explained<events::LaneRole>();
  expect_all_explained<events::Colour>();
  expect_all_explained<events::ClassMeaning>();
  expect_all_explained<events::Kind>();
  expect_all_explained<Raters>();
  expect_all_explained<ResultRule>();
  expect_all_explained<Withdrawal>();
  expect_all_explained<ReplyFrom>();
  expect_all_explained<events::ReplyTo>();
}

TEST(ProcessesPage, ExplainsEveryKey) {
  for (const std::string_view key : {"name",
                                     "version",
                                     "valid_from",
                                     "kinds",
                                     "default",
                                     "records-other-systems",
                                     "ends",
                                     "zone",
                                     "calendar",
                                     "scheme",
                                     "code",
                                     "meaning",
                                     "label",
                                     "reject",
                                     "redirect",
                                     "withhold",
                                     "command",
                                     "from",
                                     "to",
                                     "once",
                                     "by",
                                     "require",
                                     "start",
                                     "stop",
                                     "pause",
                                     "resume",
                                     "holder",
                                     "role",
                                     "lanes",
                                     "after",
                                     "before",
                                     "clock",
                                     "commitment",
                                     "ladder",
                                     "default_after",
                                     "roll",
                                     "extend",
                                     "times",
                                     "warn",
                                     "colour",
                                     "escalate",
                                     "unless",
                                     "lapses",
                                     "outlives_end",
                                     "months",
                                     "days",
                                     "working_days",
                                     "every",
                                     "raters",
                                     "result",
                                     "none_counts",
                                     "late_return",
                                     "reply_from",
                                     "withdrawal",
                                     "reply_to",
                                     "base",
                                     "promised",
                                     "gates",
                                     "form",
                                     "superior",
                                     "within",
                                     "next-working-day",
                                     "none"}) {
    EXPECT_TRUE(explains(key)) << key;
  }
}

TEST(ProcessesPage, ShowsASoundDefinition) {
  constexpr std::string_view fence = "```toml\n";
  const auto begin = page().find(fence) + fence.size();
  const auto end = page().find("```", begin);
  ASSERT_LT(begin, end);
  const auto definition = parse_definition(page().substr(begin, end - begin), "processes.md", {});
  if (definition) return;
  for (const auto& error : definition.error()) ADD_FAILURE() << to_text(error);
}

}  // namespace
}  // namespace huiyin::engine
