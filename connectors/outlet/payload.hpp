// A case in the outlet's own words.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "outlet/outlet.hpp"

namespace huiyin::outlet {

// What templates name, by payload_words(); what is missing is empty.
using Words = std::map<std::string, std::string, std::less<>>;

// The values in the payload's order. The error is a sentence: a word that its codes do not know.
std::expected<std::vector<std::string>, std::string> fill(const Payload& payload,
                                                          const Words& words);

std::string to_json(const Payload& payload, const std::vector<std::string>& values);
// A row of RFC 4180 with its line end; of the names without values.
std::string to_csv(const std::vector<std::string>& values);

}  // namespace huiyin::outlet
