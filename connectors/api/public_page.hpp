// Pages for everybody: plain HTML, no scripts, nothing from elsewhere.
#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"

namespace huiyin::api {

// A text as HTML shows it.
std::string escaped(std::string_view text);

// `title` is escaped, `content` is HTML already.
http::Response public_page(int status, std::string_view title, std::string_view content);

}  // namespace huiyin::api
