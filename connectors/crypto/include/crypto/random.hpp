// Randomness fit for keys. Thread-safe. A system without any stops the process.
#pragma once

#include <cstdint>
#include <span>

namespace huiyin::crypto {

void fill_random(std::span<std::uint8_t> bytes);

}  // namespace huiyin::crypto
