// UUIDs as their 36 characters (RFC 9562), lower-case.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace huiyin::crypto {

// Version 7: ordered by time, and strictly ascending within one generator, even when the clock
// stands or goes back. Thread-safe.
class UuidGenerator {
 public:
  // `unix_ms`: milliseconds since 1970, UTC.
  std::string next(std::int64_t unix_ms);

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;  // milliseconds and the 12-bit counter below them
  std::array<std::uint8_t, 4096>
      random_;  // drawn in advance: a call to OpenSSL costs a microsecond
  std::size_t used_ = random_.size();
};

// Version 8: the first bytes of the SHA-256 of the texts, each with its length before it. The same
// texts give the same id, on every machine.
std::string uuid_v8(std::span<const std::string_view> texts);

// Lower-case hexadecimal in the 8-4-4-4-12 form; any version.
bool is_uuid(std::string_view text);

}  // namespace huiyin::crypto
