#include "text_search/tokens.hpp"

#include <algorithm>
#include <utility>

#include "characters.hpp"

namespace huiyin::text_search {
namespace {

constexpr std::size_t max_token_characters = 64;  // a base64 blob is no word
constexpr const char* single_character_mark = "c";

bool is_blank(char32_t character) {
  return character == ' ' || (character >= '\t' && character <= '\r') || character == 0x3000 ||
         character == 0xA0;
}

enum class TokenKind {
  word,   // letters and digits
  first,  // of a run of ideographs that follows a word at once
  pair,   // of neighbours in a run
  last,   // of a run
};

// Calls on_token(kind, text) for each token.
template <typename OnToken>
void each_token(std::string_view text, const OnToken& on_token) {
  std::string token;
  std::size_t word_characters = 0;
  char32_t waiting = 0;  // an ideograph whose neighbour is not known yet
  const auto give = [&](TokenKind kind) {
    on_token(kind, std::string_view(token));
    token.clear();
  };
  const auto end_run = [&] {
    if (word_characters > 0) give(TokenKind::word);
    if (waiting != 0) {
      append_utf8(token, waiting);
      give(TokenKind::last);
    }
    word_characters = 0;
    waiting = 0;
  };
  while (!text.empty()) {
    const char32_t character = fold(take_character(text));
    switch (kind_of(character)) {
      case CharacterKind::divider:
        end_run();
        break;
      case CharacterKind::letter:
        if (waiting != 0 || word_characters == max_token_characters) end_run();
        append_utf8(token, character);
        ++word_characters;
        break;
      case CharacterKind::ideograph:
        if (word_characters > 0) {
          end_run();
          append_utf8(token, character);
          give(TokenKind::first);
        } else if (waiting != 0) {
          append_utf8(token, waiting);
          append_utf8(token, character);
          give(TokenKind::pair);
        }
        waiting = character;
        break;
    }
  }
  end_run();
}

// The last character may stand before any other in a document, so it cannot be asked for as the
// end of a run: the token before it says it already, or it is looked for by itself.
void add_phrase(Query& query, std::string_view words) {
  std::vector<std::string> tokens;
  TokenKind before = TokenKind::last;
  TokenKind last = TokenKind::word;
  each_token(words, [&](TokenKind kind, std::string_view token) {
    before = std::exchange(last, kind);
    tokens.emplace_back(token);
  });
  if (tokens.empty()) return;
  if (last == TokenKind::last) {
    if (tokens.size() == 1 || (before != TokenKind::pair && before != TokenKind::first)) {
      query.single_characters.push_back(single_character_mark + tokens.back());
    }
    tokens.pop_back();
  }
  if (!tokens.empty()) query.phrases.push_back(std::move(tokens));
}

}  // namespace

void append_tokens(std::string& out, std::string_view text) {
  each_token(text, [&out](TokenKind, std::string_view token) {
    out += token;
    out += ' ';
  });
}

void append_single_characters(std::string& out, std::string_view text) {
  std::vector<char32_t> characters;
  while (!text.empty()) {
    const char32_t character = fold(take_character(text));
    if (kind_of(character) == CharacterKind::ideograph) characters.push_back(character);
  }
  std::ranges::sort(characters);
  const auto repeated = std::ranges::unique(characters);
  characters.erase(repeated.begin(), repeated.end());
  for (const char32_t character : characters) {
    out += single_character_mark;
    append_utf8(out, character);
    out += ' ';
  }
}

Query parse_query(std::string_view query) {
  Query parsed;
  std::string_view rest = query;
  const char* word = query.data();
  while (!rest.empty()) {
    const char* here = rest.data();
    if (is_blank(take_character(rest))) {
      add_phrase(parsed, {word, here});
      word = rest.data();
    }
  }
  add_phrase(parsed, {word, query.data() + query.size()});
  return parsed;
}

}  // namespace huiyin::text_search
