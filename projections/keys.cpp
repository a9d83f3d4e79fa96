#include "keys.hpp"

namespace huiyin::projections {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63U;

template <class Integer>
void put_integer(std::string& out, Integer value) {
  char bytes[sizeof(Integer)];
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    bytes[sizeof(Integer) - 1 - i] = static_cast<char>(value >> (8U * i));
  }
  out.append(bytes, sizeof(Integer));
}

}  // namespace

void put_u8(std::string& out, std::uint8_t value) { out.push_back(static_cast<char>(value)); }
void put_u16(std::string& out, std::uint16_t value) {
  put_u8(out, static_cast<std::uint8_t>(value >> 8U));
  put_u8(out, static_cast<std::uint8_t>(value & 0xFFU));
}
void put_u32(std::string& out, std::uint32_t value) { put_integer(out, value); }
void put_u64(std::string& out, std::uint64_t value) { put_integer(out, value); }

void put_instant(std::string& out, events::Instant value) {
  put_u64(out, static_cast<std::uint64_t>(value.time_since_epoch().count()) ^ sign_bit);
}

void put_text(std::string& out, std::string_view text) {
  if (text.find_first_of(std::string_view("\0\1", 2)) == std::string_view::npos) {
    out += text;
  } else {
    for (const char c : text) {
      if (c == '\0' || c == '\1') out.push_back('\1');
      out.push_back(c == '\0' ? '\1' : c == '\1' ? '\2' : c);
    }
  }
  out.push_back('\0');
}

void put_clock(std::string& out, const events::ClockKey& key) {
  put_text(out, key.clock);
  put_u16(out, key.lane);
  put_text(out, key.deputy);
  put_u16(out, key.round);
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<char>(value));
}

std::uint64_t KeyReader::integer(std::size_t bytes) {
  if (rest_.size() < bytes) {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value = value << 8U | static_cast<unsigned char>(rest_[i]);
  }
  rest_.remove_prefix(bytes);
  return value;
}

std::uint8_t KeyReader::u8() { return static_cast<std::uint8_t>(integer(1)); }
std::uint16_t KeyReader::u16() { return static_cast<std::uint16_t>(integer(2)); }
std::uint32_t KeyReader::u32() { return static_cast<std::uint32_t>(integer(4)); }
std::uint64_t KeyReader::u64() { return integer(8); }

events::Instant KeyReader::instant() {
  return events::Instant{
      std::chrono::milliseconds{static_cast<std::int64_t>(integer(8) ^ sign_bit)}};
}

std::string KeyReader::text() {
  const std::size_t end = rest_.find('\0');
  if (end == std::string_view::npos) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  std::string text(rest_.substr(0, end));
  rest_.remove_prefix(end + 1);
  for (std::size_t at = text.find('\1'); at != std::string::npos; at = text.find('\1', at + 1)) {
    text.erase(at, 1);
    if (at < text.size()) text[at] = text[at] == '\1' ? '\0' : '\1';
  }
  return text;
}

std::uint64_t KeyReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t byte = integer(1);
    value |= (byte & 0x7FU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  ok_ = false;
  return 0;
}

events::ClockKey KeyReader::clock() {
  events::ClockKey key;
  key.clock = text();
  key.lane = u16();
  key.deputy = text();
  key.round = u16();
  return key;
}

std::string partition_prefix(events::Partition partition) {
  std::string out;
  put_u16(out, partition);
  return out;
}

std::string after_prefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) prefix.pop_back();
  if (!prefix.empty()) {
    prefix.back() = static_cast<char>(static_cast<unsigned char>(prefix.back()) + 1);
  }
  return prefix;
}

}  // namespace huiyin::projections
