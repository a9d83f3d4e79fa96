// The link that a station's or deputy's QR code holds (S2-5): it opens an intake addressed to them.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::api {

// "https://example.org" + "/intake?station=station-1&via=qr". `kind` is station or deputy; a slash
// at the base's end goes.
std::string intake_link(std::string_view base, std::string_view kind, std::string_view id);

}  // namespace huiyin::api
