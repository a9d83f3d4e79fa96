// Rows in any order to sorted table files of one family: bounded memory, no write-ahead log, no
// memtable. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "database.hpp"

namespace huiyin::projections {

class SortedRuns {
 public:
  // Files are written into `directory`, named after the family and `name`.
  SortedRuns(const Database& database, Family family, std::filesystem::path directory,
             std::string name)
      : database_(database),
        family_(family),
        directory_(std::move(directory)),
        name_(std::move(name)) {}

  // No two rows may have the same key.
  rocksdb::Status add(std::string_view key, std::string_view value);
  // Puts all rows into the store.
  rocksdb::Status ingest();

 private:
  struct Row {
    std::uint64_t start;  // of the key's bytes after the partition, big-endian: most sorts end here
    std::uint32_t at, key_size, value_size;
  };
  std::string_view key(const Row& row) const { return {buffer_.data() + row.at, row.key_size}; }
  rocksdb::Status write_run();

  const Database& database_;
  Family family_;
  std::filesystem::path directory_;
  std::string name_;
  std::string buffer_;
  std::vector<Row> rows_;
  bool sorted_ = true;
  std::vector<std::string> files_;
};

}  // namespace huiyin::projections
