// How text becomes search tokens, for documents and queries alike.
//
// A run of characters that are written without spaces (Chinese, Japanese, Korean) gives one token
// per character: that character and the next, or at the run's end that character alone. 排水管 is
// 排水 水管 管. So any two neighbours are found as one token, and longer strings as a phrase of
// such tokens. A run that follows a letter or digit at once gives its first character alone before
// them (3号楼 is 3 号 号楼 楼), so that a phrase may end between any two characters. A document's
// single characters are listed apart, once each, to find one character by itself.
//
// Every other run of letters and digits is one token, in lower case. Full-width letters and digits
// (３号) count as the plain ones. All else (spaces, punctuation, symbols) only divides. Simplified
// and traditional forms stay distinct.
//
// Changing any of this changes the format of the index (text_index.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace huiyin::text_search {

// Appends the tokens of `text`, each followed by a space. Tokens hold letters and digits alone.
// Bytes that are not UTF-8 divide like a space. A run of letters is cut after 64 characters.
void append_tokens(std::string& out, std::string_view text);

// Appends each different ideograph of `text` once as "c" and the character, and a space: tokens
// that the ones above never are.
void append_single_characters(std::string& out, std::string_view text);

// What a document must hold to match. Empty when the query has no letter or digit.
struct Query {
  // Tokens that must be neighbours in this order: one list per blank-separated word of the query.
  std::vector<std::vector<std::string>> phrases;
  std::vector<std::string> single_characters;  // as append_single_characters writes them

  bool operator==(const Query&) const = default;
};

Query parse_query(std::string_view query);

}  // namespace huiyin::text_search
