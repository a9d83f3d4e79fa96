// Up to when imported cases are the wall clock's, in a file of one line:
//
//   settled until 2019-12-31T15:59:59.999Z        or        settled for good
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "events/instant.hpp"

namespace huiyin::engine {

inline constexpr events::Instant never_settled = events::Instant::min();
inline constexpr events::Instant settled_for_good = events::Instant::max();

// A file that is not there says `never_settled`; one that does not read is an error.
std::expected<events::Instant, std::string> read_settlement(const std::filesystem::path& file);
// Durably; `never_settled` removes the file.
std::expected<void, std::string> write_settlement(const std::filesystem::path& file,
                                                  events::Instant until);

}  // namespace huiyin::engine
