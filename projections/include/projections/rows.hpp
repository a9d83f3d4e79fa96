// The derived rows of one case: pure, from the state alone. A view is these rows in RocksDB; its
// update is the difference between the rows after and before (DESIGN.md section 1).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/position.hpp"
#include "projections/case_state.hpp"

namespace huiyin::projections {

// The families of the store. The order is that of fingerprints and files: append only.
enum class Family : std::uint8_t {
  state,
  history,
  command,
  meta,
  status,
  index,
  due,
  overdue,
  outbox,
  load,
  stats
};
inline constexpr std::size_t family_count = 11;
constexpr auto names(Family) {
  return std::array<std::string_view, family_count>{"state",  "history", "command", "meta",
                                                    "status", "index",   "due",     "overdue",
                                                    "outbox", "load",    "stats"};
}
// Their rows are counters: a row of RowSet adds one to the stored count under its key.
constexpr bool counts(Family family) { return family == Family::load || family == Family::stats; }

// Rows in one buffer: they are made twice per changed case, so they should cost little.
class RowSet {
 public:
  struct Row {
    Family family;
    std::uint64_t hash;  // of family and key; rows sort by (hash, key)
    std::uint32_t key_at, key_size, value_size;
    std::uint32_t head_size;  // of the key: what many rows share and few are
  };

  explicit RowSet(events::Partition partition) : partition_(partition) {}

  // Starts a row: the buffer, holding the partition already, to append the rest of the key to.
  std::string& begin(Family family);
  // Ends the head of the key: the rows of one view's list begin alike, which makes sorting cheap.
  void end_head();
  // Ends the key; what is appended to the buffer from here on is the value.
  std::string& end_key();
  void end();

  void sort();
  std::span<const Row> rows() const { return rows_; }
  std::string_view key(const Row& row) const { return {buffer_.data() + row.key_at, row.key_size}; }
  std::string_view value(const Row& row) const {
    return {buffer_.data() + row.key_at + row.key_size, row.value_size};
  }
  void clear();

 private:
  events::Partition partition_;
  std::string buffer_;
  std::vector<Row> rows_;
};

// Everything but `state`, `history`, `command`, `meta` and the status row itself.
void append_rows(RowSet& rows, const CaseState& state);

// The parts of append_rows, one per view.
void append_index_rows(RowSet& rows, const CaseState& state);
void append_due_rows(RowSet& rows, const CaseState& state);
void append_overdue_rows(RowSet& rows, const CaseState& state);
void append_load_rows(RowSet& rows, const CaseState& state);
void append_stats_rows(RowSet& rows, const CaseState& state);

}  // namespace huiyin::projections
