// The rows of one write, put in the order of the store before they go there: a memtable finds the
// place of a row fast that lies near the one before (database.cpp sets its hints). One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/write_batch.h>

#include "database.hpp"

namespace huiyin::projections {

class SortedBatch {
 public:
  // No key twice in one batch.
  void put(Family family, std::string_view key, std::string_view value);
  void remove(Family family, std::string_view key);
  // Moves all rows into `batch`; this one is empty then, and keeps its memory.
  rocksdb::Status move_to(rocksdb::WriteBatch& batch, const Database& database);

 private:
  struct Row {
    std::uint64_t start;  // the first bytes after the partition, big-endian: nearly always decides
    std::uint32_t at, key_size, value_size;
    events::Partition partition;
    Family family;
    bool removed;
  };
  void add(Family family, std::string_view key, std::string_view value, bool removed);
  std::string_view key(const Row& row) const { return {bytes_.data() + row.at, row.key_size}; }

  std::string bytes_;
  std::vector<Row> rows_;
};

}  // namespace huiyin::projections
