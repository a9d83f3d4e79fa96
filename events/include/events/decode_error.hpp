// Why JSON could not be taken, and where.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace huiyin::events {

enum class DecodeErrorCode : std::uint8_t {
  malformed_json,
  invalid_utf8,
  too_deep,
  unknown_type,
  unknown_field,
  duplicate_field,
  missing_field,
  wrong_type,
  invalid_value,  // a word outside its list, an impossible date, a bad identifier
  too_long,
  too_many,
};

constexpr auto names(DecodeErrorCode) {
  return std::array<std::string_view, 11>{"malformed-json", "invalid-utf8",  "too-deep",
                                          "unknown-type",   "unknown-field", "duplicate-field",
                                          "missing-field",  "wrong-type",    "invalid-value",
                                          "too-long",       "too-many"};
}

struct DecodeError {
  DecodeErrorCode code;
  std::string pointer;  // RFC 6901, "" is the whole document
  std::string detail;   // a sentence for people; never holds the value itself (it may be personal)
};

}  // namespace huiyin::events
