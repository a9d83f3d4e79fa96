// RocksDB under the derived store: options, families, errors. Internal to this folder: RocksDB's
// headers are slow to compile, so only the files that need them include this.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <rocksdb/db.h>

#include "projections/rows.hpp"
#include "projections/store_error.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

StoreError to_error(const rocksdb::Status& status);

inline rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
inline std::string_view text(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

class Database {
 public:
  static std::expected<std::unique_ptr<Database>, StoreError> open(
      const std::filesystem::path& directory, const StoreOptions& options);
  // Without the lock, beside a writer: what is on disk at this moment. Never writes.
  static std::expected<std::unique_ptr<Database>, StoreError> open_read_only(
      const std::filesystem::path& directory, const StoreOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const {
    return families_[static_cast<std::size_t>(family)];
  }
  const std::filesystem::path& directory() const { return directory_; }

  // Nothing when there is no such row.
  std::expected<std::optional<std::string>, StoreError> get(Family family, std::string_view key,
                                                            const rocksdb::Snapshot* at = {}) const;
  // Over one family, for reading forward or backward between two keys.
  std::unique_ptr<rocksdb::Iterator> iterate(const rocksdb::ReadOptions& options,
                                             Family family) const {
    return std::unique_ptr<rocksdb::Iterator>(db_->NewIterator(options, this->family(family)));
  }

  // What the compaction filter of commands compares with: newest_time of the store, in ms.
  std::atomic<std::int64_t>& log_time_ms() { return *log_time_ms_; }

 private:
  explicit Database(std::filesystem::path directory);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const StoreOptions& options) const;
  void keep(const std::vector<rocksdb::ColumnFamilyHandle*>& handles);

  std::filesystem::path directory_;
  std::shared_ptr<std::atomic<std::int64_t>> log_time_ms_;
  std::unique_ptr<rocksdb::CompactionFilter> forget_commands_;
  std::array<rocksdb::ColumnFamilyHandle*, family_count> families_{};
  rocksdb::DB* db_ = nullptr;
};

// Reads of one moment over all families.
class Snapshot {
 public:
  explicit Snapshot(const Database& database)
      : database_(database), snapshot_(database.db().GetSnapshot()) {}
  ~Snapshot() { database_.db().ReleaseSnapshot(snapshot_); }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  const rocksdb::Snapshot* get() const { return snapshot_; }

 private:
  const Database& database_;
  const rocksdb::Snapshot* snapshot_;
};

}  // namespace huiyin::projections
