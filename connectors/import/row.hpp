// One row of an import between its passes: what is kept of it while it is sorted.
//
//   u64 row number · u64 line · i64 per command: its time in milliseconds, or `not_made`
//   u16 bytes of the key, key
//   per field of the file: u32 length, text
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::import {

inline constexpr std::int64_t not_made = std::numeric_limits<std::int64_t>::min();

struct Row {
  std::uint64_t number = 0;  // of the data rows, from 1
  std::uint64_t line = 0;
  std::vector<std::int64_t> times_ms;  // of each command
  std::string_view key;
  std::vector<std::string_view> fields;  // as they stand in the file
};

void append_row(std::string& out, const Row& row);
// Views point into `bytes`, which append_row wrote for as many commands.
void read_row(std::string_view bytes, std::size_t commands, Row& row);

// Order by time, then row: the key of the second sort.
std::string time_key(std::int64_t time_ms, std::uint64_t row);
std::int64_t time_of_key(std::string_view key);

}  // namespace huiyin::import
