#include "store.hpp"

#include <bit>
#include <cstring>
#include <optional>

#include <rocksdb/table.h>

namespace huiyin::local_log {

rocksdb::DBOptions database_options() {
  rocksdb::DBOptions options;
  // Refuses a log that is broken in the middle; point-in-time recovery would drop the rest of it
  // without a word.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  // Memory goes to tables when the log says so (unflushed_limit), at no other time.
  options.max_total_wal_size = 1ull << 40;
  // Preallocated room counts as used: on a small disk it would be full before anything is written.
  options.allow_fallocate = false;
  options.bytes_per_sync = 1 << 20;
  options.wal_bytes_per_sync = 1 << 20;
  options.max_background_jobs = 3;
  // Below the usual limit of 1,024 descriptors; a long log has more tables than that.
  options.max_open_files = 500;
  // One writer.
  options.allow_concurrent_memtable_write = false;
  options.enable_write_thread_adaptive_yield = false;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

rocksdb::ColumnFamilyOptions partition_options(std::shared_ptr<rocksdb::Cache> cache) {
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = 1 << 30;
  options.arena_block_size = 256 << 10;
  options.max_write_buffer_number = 2;
  options.level_compaction_dynamic_level_bytes = true;
  // Level 0 holds what was flushed minutes ago, in small tables: cheap to write, joined eight at a
  // time. Below it keys never overlap and tables are moved, not rewritten. LZ4 rather than zstd at
  // the bottom: a rebuild reads everything, and zstd halves its speed.
  options.compression_per_level = {rocksdb::kNoCompression, rocksdb::kLZ4Compression};
  options.level0_file_num_compaction_trigger = 8;
  options.level0_slowdown_writes_trigger = 40;
  options.level0_stop_writes_trigger = 80;
  options.target_file_size_base = 64 << 20;

  rocksdb::BlockBasedTableOptions table;
  // Scans are as fast as with 64 KiB, single reads more than twice as fast.
  table.block_size = 16 << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.block_cache = std::move(cache);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

std::string family_name(events::Partition partition) { return "p" + std::to_string(partition); }

std::string note_key(events::Partition partition) { return "note-" + std::to_string(partition); }

Key::Key(events::Sequence sequence) {
  static_assert(std::endian::native == std::endian::little);
  const std::uint64_t big = std::byteswap(sequence);
  std::memcpy(bytes_.data(), &big, sizeof(big));
}

std::optional<events::Sequence> sequence_of(rocksdb::Slice key) {
  std::uint64_t big = 0;
  if (key.size() != sizeof(big)) return std::nullopt;
  std::memcpy(&big, key.data(), sizeof(big));
  return std::byteswap(big);
}

events::LogError log_error(const rocksdb::Status& status, const std::string& context) {
  const std::string detail = context + ": " + status.ToString();
  if (status.IsNoSpace()) return {events::LogErrorCode::full, detail};
  if (status.IsCorruption()) return {events::LogErrorCode::corrupt, detail};
  return {events::LogErrorCode::unavailable, detail};
}

}  // namespace huiyin::local_log
