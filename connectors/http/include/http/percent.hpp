// Percent-encoding of URLs (RFC 3986 §2.1), decoded strictly.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace huiyin::http {

enum class Plus { literal, space };

// Nothing for an escape that is not two hex digits, and for a result that holds control characters
// or is not UTF-8: such text never names anything of ours.
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

// Escapes all but RFC 3986's unreserved characters: fit for one path segment or query value.
std::string percent_encode(std::string_view text);

}  // namespace huiyin::http
