// Base64 with padding (RFC 4648 section 4), strict.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace huiyin::crypto {

std::string to_base64(std::string_view bytes);

// Nothing when the text is not exactly what to_base64 writes for some bytes.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace huiyin::crypto
