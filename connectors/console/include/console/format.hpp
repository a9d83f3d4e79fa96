// Numbers for people, in English.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace huiyin::console {

std::string format_count(std::uint64_t count);  // 341,299
std::string format_bytes(std::uint64_t bytes);  // 512 B, 36.2 MiB

// At most two units, rounded down: 850 ms, 3.2 s, 2 min 5 s, 1 h 2 min, 3 d 4 h. Negative is 0 ms.
std::string format_duration(std::chrono::milliseconds duration);

}  // namespace huiyin::console
