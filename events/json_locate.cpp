#include "events/json_locate.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "events/json_text.hpp"

namespace huiyin::events::json {
namespace {

std::size_t first_invalid_byte(std::string_view text) {
  // Bisect on the validator: a prefix that ends inside a character is invalid too, so step back to
  // a character's start before asking.
  std::size_t good = 0;
  std::size_t bad = text.size();
  while (bad - good > 1) {
    std::size_t middle = good + (bad - good) / 2;
    while (middle > good && (static_cast<unsigned char>(text[middle]) & 0xC0U) == 0x80U) --middle;
    if (middle == good) break;
    (is_valid_utf8(text.substr(0, middle)) ? good : bad) = middle;
  }
  return good;
}

// One open object or array: the name of where we are in it.
struct Level {
  bool is_object;
  bool expects_key;
  std::string key;
  std::size_t index;
};

std::string pointer_of(const std::vector<Level>& levels) {
  std::string out;
  for (const Level& level : levels) {
    if (level.is_object && level.expects_key) break;
    out += "/" + (level.is_object ? escape_pointer(level.key) : std::to_string(level.index));
  }
  return out;
}

}  // namespace

std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

std::string locate_invalid_utf8(std::string_view text) {
  const std::size_t target = first_invalid_byte(text);
  std::vector<Level> levels;
  for (std::size_t i = 0; i <= target && i < text.size(); ++i) {
    switch (text[i]) {
      case '{':
        levels.push_back({true, true, "", 0});
        break;
      case '[':
        levels.push_back({false, false, "", 0});
        break;
      case '}':
      case ']':
        if (!levels.empty()) levels.pop_back();
        break;
      case ':':
        if (!levels.empty()) levels.back().expects_key = false;
        break;
      case ',':
        if (levels.empty()) break;
        levels.back().expects_key = levels.back().is_object;
        ++levels.back().index;
        break;
      case '"': {
        const std::size_t start = i + 1;
        for (++i; i < text.size() && text[i] != '"'; ++i) {
          if (text[i] == '\\') ++i;
        }
        if (i > target) return pointer_of(levels);
        if (!levels.empty() && levels.back().expects_key) {
          levels.back().key = std::string(text.substr(start, i - start));
        }
        break;
      }
      default:
        break;
    }
  }
  return pointer_of(levels);
}

}  // namespace huiyin::events::json
