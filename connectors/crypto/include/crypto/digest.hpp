// SHA-256 and hexadecimal text. Thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace huiyin::crypto {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(std::string_view bytes);

// Of several texts, each with its length before it: ("ab", "c") and ("a", "bc") differ.
Digest sha256(std::span<const std::string_view> texts);

// 64 lower-case digits.
std::string sha256_hex(std::string_view bytes);

// Lower-case.
std::string to_hex(std::span<const std::uint8_t> bytes);

// Nothing when the text is not an even number of hexadecimal digits.
std::optional<std::string> from_hex(std::string_view text);

// Takes the same time wherever they differ. False when the lengths do.
bool equal_in_constant_time(std::string_view left, std::string_view right);

}  // namespace huiyin::crypto
