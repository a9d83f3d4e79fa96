#include "events/json_text.hpp"

#include <array>
#include <charconv>

#include <simdjson.h>

namespace huiyin::events {

void append_json_string(std::string& out, std::string_view utf8) {
  static constexpr std::string_view hex = "0123456789abcdef";
  out.push_back('"');
  std::size_t clean_from = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(utf8.substr(clean_from, i - clean_from));
    clean_from = i + 1;
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out.push_back(hex[byte >> 4U]);
        out.push_back(hex[byte & 0xFU]);
    }
  }
  out.append(utf8.substr(clean_from));
  out.push_back('"');
}

void append_json_number(std::string& out, std::int64_t number) {
  std::array<char, 24> buffer;
  const auto end = std::to_chars(buffer.begin(), buffer.end(), number).ptr;
  out.append(buffer.data(), end);
}

std::size_t count_characters(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  return count;
}

bool is_valid_utf8(std::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

}  // namespace huiyin::events
