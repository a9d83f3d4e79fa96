// Where a page ended, as an opaque text: base64url of what the query needs to go on.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "projections/store_error.hpp"

namespace huiyin::projections {

struct Cursor {
  std::uint8_t query = 0;   // which query and sort it belongs to
  std::string after;        // the sort key of the last item
  std::uint64_t total = 0;  // as the first page counted
  bool total_exact = false;
};

std::string write_cursor(const Cursor& cursor);
// `invalid` for what we did not write, or wrote for another query.
std::expected<Cursor, StoreError> read_cursor(std::string_view text, std::uint8_t query);

}  // namespace huiyin::projections
