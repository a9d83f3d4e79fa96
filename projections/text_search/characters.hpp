// Which characters make up words, and their lower case: enough of Unicode for titles and bodies of
// this field, in a table that stays the same on every machine (a locale does not).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace huiyin::text_search {

enum class CharacterKind { divider, letter, ideograph };

// Full-width forms as plain ones, capitals as small letters.
char32_t fold(char32_t character);

// Of a folded character.
CharacterKind kind_of(char32_t character);

// Takes one character off the front of `text` (not empty); U+FFFD for a byte that is not UTF-8.
char32_t take_character(std::string_view& text);

void append_utf8(std::string& out, char32_t character);

}  // namespace huiyin::text_search
