#include "characters.hpp"

#include <algorithm>
#include <array>

namespace huiyin::text_search {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Written without spaces: Hangul, kana, bopomofo, and the ideographs with their extensions.
constexpr auto ideographs = std::to_array<Range>({
    {0x1100, 0x11FF},
    {0x2E80, 0x2FDF},
    {0x3005, 0x3007},
    {0x3021, 0x3029},
    {0x3031, 0x3035},
    {0x3038, 0x303C},
    {0x3041, 0x30FA},
    {0x30FC, 0x318E},
    {0x31A0, 0x31BF},
    {0x31F0, 0x31FF},
    {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},
    {0xA960, 0xA97C},
    {0xAC00, 0xD7FB},
    {0xF900, 0xFAFF},
    {0x20000, 0x3FFFD},
});

// Not letters although past ASCII: punctuation, symbols, box drawing, private use, emoji, controls.
constexpr auto dividers = std::to_array<Range>({
    {0x80, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},     {0xBB, 0xBF},       {0xD7, 0xD7},
    {0xF7, 0xF7},     {0x37E, 0x37E},   {0x387, 0x387},   {0x55A, 0x55F},     {0x589, 0x58F},
    {0x60C, 0x60D},   {0x61B, 0x61F},   {0x66A, 0x66D},   {0x6D4, 0x6D4},     {0x964, 0x965},
    {0xF01, 0xF17},   {0xF34, 0xF34},   {0xF3A, 0xF3D},   {0x1800, 0x180A},   {0x2000, 0x206F},
    {0x20A0, 0x20CF}, {0x2100, 0x2101}, {0x2103, 0x2106}, {0x2114, 0x2118},   {0x2190, 0x245F},
    {0x2500, 0x2BFF}, {0x3000, 0x3004}, {0x3008, 0x3020}, {0x302A, 0x3030},   {0x3036, 0x3037},
    {0x303D, 0x303F}, {0x30FB, 0x30FB}, {0x3190, 0x319F}, {0xD800, 0xF8FF},   {0xFE10, 0xFE6F},
    {0xFEFF, 0xFEFF}, {0xFF61, 0xFF65}, {0xFFE0, 0xFFFF}, {0x1F000, 0x1FAFF}, {0xE0000, 0x10FFFF},
});

template <std::size_t size>
bool contains(const std::array<Range, size>& ranges, char32_t character) {
  const auto range = std::ranges::lower_bound(ranges, character, {}, &Range::last);
  return range != ranges.end() && range->first <= character;
}

bool is_ascii_letter_or_digit(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

bool is_between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

}  // namespace

char32_t fold(char32_t c) {
  if (is_between(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;
  if (c < 0x80) return is_between(c, 'A', 'Z') ? c + 32 : c;
  if (is_between(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
  // Latin Extended-A alternates capital and small; which is even changes twice within it.
  if (is_between(c, 0x100, 0x137) && c != 0x130 && c != 0x131) return c | 1;
  if (is_between(c, 0x139, 0x148) || is_between(c, 0x179, 0x17E)) return c + (c & 1);
  if (is_between(c, 0x14A, 0x177)) return c | 1;
  if (is_between(c, 0x391, 0x3A9)) return c + 32;
  if (is_between(c, 0x410, 0x42F)) return c + 32;
  if (is_between(c, 0x400, 0x40F)) return c + 80;
  return c;
}

CharacterKind kind_of(char32_t c) {
  if (c < 0x80) {
    return is_ascii_letter_or_digit(c) ? CharacterKind::letter : CharacterKind::divider;
  }
  if (contains(ideographs, c)) return CharacterKind::ideograph;
  return contains(dividers, c) ? CharacterKind::divider : CharacterKind::letter;
}

char32_t take_character(std::string_view& text) {
  constexpr char32_t replacement = 0xFFFD;
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  std::size_t length = 1;
  char32_t character = lead;
  if (lead >= 0x80) {
    length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    character = lead & (0xFFU >> (length + 1));
    bool whole = lead >= 0xC2 && lead <= 0xF4 && length <= text.size();
    for (std::size_t i = 1; whole && i < length; ++i) {
      whole = (byte(i) & 0xC0U) == 0x80U;
      character = (character << 6U) | (byte(i) & 0x3FU);
    }
    if (!whole) {
      text.remove_prefix(1);
      return replacement;
    }
  }
  text.remove_prefix(length);
  return character;
}

void append_utf8(std::string& out, char32_t c) {
  const auto add = [&](char32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) {
    add(c);
  } else if (c < 0x800) {
    add(0xC0 | (c >> 6));
    add(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    add(0xE0 | (c >> 12));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  } else {
    add(0xF0 | (c >> 18));
    add(0x80 | ((c >> 12) & 0x3F));
    add(0x80 | ((c >> 6) & 0x3F));
    add(0x80 | (c & 0x3F));
  }
}

}  // namespace huiyin::text_search
