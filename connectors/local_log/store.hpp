// What the files of this connector share about the RocksDB underneath.
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <string>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>

#include "events/event_log.hpp"

namespace huiyin::local_log {

rocksdb::DBOptions database_options();
// One cache per opened log: a copy of a log has tables of the same identity, whose blocks must not
// be taken for its own.
rocksdb::ColumnFamilyOptions partition_options(std::shared_ptr<rocksdb::Cache> cache);

// The family of a partition: "p7".
std::string family_name(events::Partition partition);

// Where the number of partitions is written, in the default family: decimal text.
inline constexpr const char* partitions_key = "partitions";
// And what a copy is a copy of. The truth has no such key.
inline constexpr const char* mirror_key = "mirror-of";
// Where a partition's note is, in the default family: "note-7".
std::string note_key(events::Partition partition);

inline constexpr std::size_t cache_bytes = 32 << 20;

// After so many bytes of records, what is in memory goes to tables. Bounds memory (twice this) and
// the time to open after a crash.
inline constexpr std::uint64_t unflushed_limit_bytes = 64ull << 20;

// A sequence as the 8 bytes, big-endian, that RocksDB orders.
class Key {
 public:
  explicit Key(events::Sequence sequence);
  rocksdb::Slice slice() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::array<char, 8> bytes_;
};

// Nothing for a key that is not 8 bytes long.
std::optional<events::Sequence> sequence_of(rocksdb::Slice key);

// RocksDB's codes to the port's, by code; `context` leads the detail.
events::LogError log_error(const rocksdb::Status& status, const std::string& context);

}  // namespace huiyin::local_log
