// Error answers as problem details (RFC 9457, application/problem+json).
#pragma once

#include <string_view>

#include "http/message.hpp"

namespace huiyin::http {

// `code` is our stable word for the error, `detail` one sentence for a person. `members` are
// further JSON members as text, for example `"rule":"all-rated","allowed":["reply"]`; empty: none.
Response problem(int status, std::string_view code, std::string_view detail,
                 std::string_view members = {});

}  // namespace huiyin::http
