// Pointers (RFC 6901) to what is wrong in a JSON text.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::events::json {

// A member's name as a pointer's step: "~" and "/" are escaped. Only names from outside hold them.
std::string escape_pointer(std::string_view key);

// The JSON pointer of the value (or, for a bad key, of its object) that holds the first byte which
// is no UTF-8. Best effort on text that is also malformed otherwise; "" where there is none.
std::string locate_invalid_utf8(std::string_view text);

}  // namespace huiyin::events::json
