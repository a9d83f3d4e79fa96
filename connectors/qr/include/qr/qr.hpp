// QR codes as pictures: black on white, with the quiet zone of four modules that readers need.
#pragma once

#include <array>
#include <expected>
#include <string>
#include <string_view>

namespace huiyin::qr {

enum class Format : std::uint8_t { svg, png };
constexpr auto names(Format) { return std::array<std::string_view, 2>{"svg", "png"}; }
std::string_view media_type(Format format);  // a literal

// The bytes of the picture. Error correction of level M: a seventh of a printed code may be dirty.
// The error is a sentence: the text is empty, or longer than a code can hold (some 2,300 bytes).
std::expected<std::string, std::string> draw(std::string_view text, Format format);

}  // namespace huiyin::qr
