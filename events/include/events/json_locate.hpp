// Where in a JSON text something is wrong that the parser names without a place.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::events::json {

// The JSON pointer of the value (or, for a bad key, of its object) that holds the first byte which
// is no UTF-8. Best effort on text that is also malformed otherwise; "" where there is none.
std::string locate_invalid_utf8(std::string_view text);

}  // namespace huiyin::events::json
