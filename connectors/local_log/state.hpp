// What an open log holds.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "head_file.hpp"
#include "local_log/local_log.hpp"
#include "store.hpp"
#include "warnings.hpp"

namespace huiyin::local_log {

struct LocalLog::State {
  ~State() {
    for (rocksdb::ColumnFamilyHandle* family : families) {
      database->DestroyColumnFamilyHandle(family).PermitUncheckedError();
    }
  }

  std::vector<events::Sequence> durable_ends() const {
    std::vector<events::Sequence> copy(ends.size());
    for (std::size_t i = 0; i < ends.size(); ++i) copy[i] = ends[i].load(std::memory_order_acquire);
    return copy;
  }

  void start_tables();
  rocksdb::Status fill_memory();

  std::filesystem::path directory;
  OpenOptions options;
  std::shared_ptr<Warnings> warnings = std::make_shared<Warnings>();
  std::unique_ptr<rocksdb::DB> database;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // the partitions, then the default family
  std::vector<std::atomic<events::Sequence>> ends;
  std::optional<HeadFile> head;  // none when read-only, none of a copy
  std::shared_ptr<FullDisk> full_disk = std::make_shared<FullDisk>();
  std::string stopped_by;  // why nothing is appended any more; empty while it is
  std::uint64_t unflushed_bytes = 0;
  std::vector<events::Sequence> next_ends;  // scratch of append
};

// The last stored sequence of every partition.
std::expected<std::vector<events::Sequence>, events::LogError> stored_ends(
    rocksdb::DB& database, const std::vector<rocksdb::ColumnFamilyHandle*>& families,
    events::Partition partitions);

}  // namespace huiyin::local_log
