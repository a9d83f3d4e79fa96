// Rows in any order to sorted table files of one family: bounded memory, no write-ahead log, no
// memtable. One thread.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "database.hpp"

namespace huiyin::projections {

// Sorts by (head, start, key): the first two are numbers, and nearly always decide.
struct RunRow {
  std::uint64_t start;  // the first bytes after the head, big-endian
  std::uint32_t head;   // its number; its rank once all heads of the run are known
  std::uint32_t at, key_size, value_size;
};
struct RunBuffer {
  std::string bytes;
  std::vector<RunRow> rows;
};
using RunBuffers = std::array<RunBuffer, family_count>;

class SortedRuns {
 public:
  // Files are written beside the store's own, named after the family and `name`.
  SortedRuns(const Database& database, Family family, std::string name, RunBuffer& buffer)
      : database_(database),
        family_(family),
        name_(std::move(name)),
        buffer_(buffer.bytes),
        rows_(buffer.rows) {
    buffer_.clear();
    rows_.clear();
  }

  // No two rows may have the same key. `head_size` of its first bytes are shared with many others
  // (RowSet::Row); with 0 the key is sorted as a whole.
  rocksdb::Status add(std::string_view key, std::size_t head_size, std::string_view value);
  // Puts all rows into the store.
  rocksdb::Status ingest();

 private:
  using Row = RunRow;
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(std::string_view text) const;
  };
  std::uint32_t head_number(std::string_view head);
  void sort();
  std::string_view key(const Row& row) const { return {buffer_.data() + row.at, row.key_size}; }
  rocksdb::Status write_run();

  const Database& database_;
  Family family_;
  std::string name_;
  std::string& buffer_;
  std::vector<Row>& rows_;
  bool sorted_ = true;
  std::deque<std::string> heads_;
  boost::unordered_flat_map<std::string_view, std::uint32_t, Hash> head_numbers_;
  std::vector<std::string> files_;
};

}  // namespace huiyin::projections
