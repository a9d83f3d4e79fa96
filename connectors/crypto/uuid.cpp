#include "crypto/uuid.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace huiyin::crypto {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

bool is_hyphen_at(std::size_t index) {
  return index == 8 || index == 13 || index == 18 || index == 23;
}

std::string format(Bytes bytes, unsigned version) {
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = to_hex(bytes);
  for (const std::size_t at : {8u, 13u, 18u, 23u}) text.insert(at, 1, '-');
  return text;
}

}  // namespace

std::string UuidGenerator::next(std::int64_t unix_ms) {
  constexpr std::size_t random_bytes = 8;
  Bytes bytes{};
  std::uint64_t stamp = static_cast<std::uint64_t>(std::max<std::int64_t>(unix_ms, 0)) << 12;
  {
    const std::scoped_lock lock(mutex_);
    // The counter runs over into the milliseconds, which only makes the id a little early.
    stamp = last_ = std::max(stamp, last_ + 1);
    if (used_ + random_bytes > random_.size()) {
      fill_random(random_);
      used_ = 0;
    }
    std::copy_n(random_.begin() + static_cast<std::ptrdiff_t>(used_), random_bytes,
                bytes.begin() + 8);
    used_ += random_bytes;
  }
  const std::uint64_t milliseconds = stamp >> 12;
  for (std::size_t i = 0; i < 6; ++i) {
    bytes[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  }
  bytes[6] = static_cast<std::uint8_t>((stamp >> 8) & 0x0f);
  bytes[7] = static_cast<std::uint8_t>(stamp);
  return format(bytes, 7);
}

std::string uuid_v8(std::span<const std::string_view> texts) {
  const Digest digest = sha256(texts);
  Bytes bytes;
  std::copy_n(digest.begin(), bytes.size(), bytes.begin());
  return format(bytes, 8);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    if (is_hyphen_at(i) ? c != '-' : !digit) return false;
  }
  return true;
}

}  // namespace huiyin::crypto
