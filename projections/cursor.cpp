#include "cursor.hpp"

#include "keys.hpp"

namespace huiyin::projections {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(std::string_view bytes) {
  std::string out;
  unsigned held = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    held = held << 8U | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out.push_back(digits[held >> (bits - 6) & 63U]);
    held &= (1U << bits) - 1U;
  }
  if (bits > 0) out.push_back(digits[held << (6 - bits) & 63U]);
  return out;
}

bool decode(std::string_view text, std::string& out) {
  unsigned held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return false;
    held = held << 6U | static_cast<unsigned>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(held >> bits));
    held &= (1U << bits) - 1U;
  }
  return true;
}

}  // namespace

std::string write_cursor(const Cursor& cursor) {
  std::string bytes;
  put_u8(bytes, cursor.query);
  put_u8(bytes, cursor.total_exact ? 1 : 0);
  put_varint(bytes, cursor.total);
  bytes += cursor.after;
  return encode(bytes);
}

std::expected<Cursor, StoreError> read_cursor(std::string_view text, std::uint8_t query) {
  std::string bytes;
  const bool decoded = decode(text, bytes);
  KeyReader reader(bytes);
  Cursor cursor;
  cursor.query = reader.u8();
  cursor.total_exact = reader.u8() != 0;
  cursor.total = reader.varint();
  cursor.after = reader.rest();
  if (!decoded || !reader.ok() || cursor.query != query || cursor.after.empty()) {
    return std::unexpected(StoreError{StoreErrorCode::invalid,
                                      "the cursor does not belong to this query: ask for the "
                                      "first page again"});
  }
  return cursor;
}

}  // namespace huiyin::projections
