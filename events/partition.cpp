#include <array>
#include <charconv>
#include <cstring>

#include "events/position.hpp"

namespace huiyin::events {
namespace {

// MurmurHash2, 32 bit, with the seed of org.apache.kafka.common.utils.Utils.murmur2.
std::uint32_t murmur2(std::string_view data) {
  constexpr std::uint32_t m = 0x5bd1e995U;
  const auto length = static_cast<std::uint32_t>(data.size());
  std::uint32_t h = 0x9747b28cU ^ length;
  std::size_t at = 0;
  for (; at + 4 <= data.size(); at += 4) {
    std::uint32_t k = 0;
    std::memcpy(&k, data.data() + at, 4);  // little-endian, as on every machine we build for
    k *= m;
    k ^= k >> 24U;
    k *= m;
    h *= m;
    h ^= k;
  }
  const std::size_t rest = data.size() - at;
  if (rest > 0) {
    for (std::size_t i = rest; i > 0; --i) {
      h ^= static_cast<std::uint32_t>(static_cast<unsigned char>(data[at + i - 1]))
           << (8U * (i - 1));
    }
    h *= m;
  }
  h ^= h >> 13U;
  h *= m;
  h ^= h >> 15U;
  return h;
}

}  // namespace

Partition partition_of(std::string_view subject, Partition partitions) {
  return static_cast<Partition>((murmur2(subject) & 0x7fffffffU) % partitions);
}

std::string format_position(Position position) {
  return std::to_string(position.partition) + ":" + std::to_string(position.sequence);
}

std::optional<Position> parse_position(std::string_view text) {
  Position out;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto first = std::from_chars(begin, end, out.partition);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, out.sequence);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  return out;
}

}  // namespace huiyin::events
