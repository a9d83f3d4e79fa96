// Appending JSON to a string: the few primitives that every JSON we write is made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace huiyin::events {

// Appends `utf8` as a JSON string with its quotes. The text must be valid UTF-8; only what JSON
// demands is escaped, so Chinese stays readable.
void append_json_string(std::string& out, std::string_view utf8);

void append_json_number(std::string& out, std::int64_t number);

// The number of code points in valid UTF-8: what limits "in characters" count.
std::size_t count_characters(std::string_view utf8);

// Whether the text is valid UTF-8 (no surrogates, no over-long forms, no code point past 10FFFF).
bool is_valid_utf8(std::string_view text);

}  // namespace huiyin::events
