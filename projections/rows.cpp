#include "projections/rows.hpp"

#include <algorithm>

#include <xxhash.h>

#include "keys.hpp"

namespace huiyin::projections {

std::string& RowSet::begin(Family family) {
  rows_.push_back({family, 0, static_cast<std::uint32_t>(buffer_.size()), 0, 0, 0});
  put_u16(buffer_, partition_);
  return buffer_;
}

void RowSet::end_head() {
  Row& row = rows_.back();
  row.head_size = static_cast<std::uint32_t>(buffer_.size()) - row.key_at;
}

std::string& RowSet::end_key() {
  Row& row = rows_.back();
  row.key_size = static_cast<std::uint32_t>(buffer_.size()) - row.key_at;
  row.hash = XXH3_64bits_withSeed(buffer_.data() + row.key_at, row.key_size,
                                  static_cast<std::uint64_t>(row.family));
  return buffer_;
}

void RowSet::end() {
  Row& row = rows_.back();
  if (row.key_size == 0) end_key();
  row.value_size = static_cast<std::uint32_t>(buffer_.size()) - row.key_at - row.key_size;
}

void RowSet::sort() {
  std::ranges::sort(rows_, [&](const Row& a, const Row& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    return a.family != b.family ? a.family < b.family : key(a) < key(b);
  });
}

void RowSet::clear() {
  buffer_.clear();
  rows_.clear();
}

void append_rows(RowSet& rows, const CaseState& state) {
  append_index_rows(rows, state);
  append_due_rows(rows, state);
  append_overdue_rows(rows, state);
  append_load_rows(rows, state);
  append_stats_rows(rows, state);
}

}  // namespace huiyin::projections
