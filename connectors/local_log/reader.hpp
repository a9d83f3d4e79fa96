// Reads one partition forward; see events::LogReader.
#pragma once

#include <atomic>
#include <memory>

#include <rocksdb/db.h>

#include "events/event_log.hpp"

namespace huiyin::local_log {

class Reader final : public events::LogReader {
 public:
  // `end` is the partition's last durable sequence, kept by the log.
  Reader(rocksdb::DB& database, rocksdb::ColumnFamilyHandle& family,
         const std::atomic<events::Sequence>& end, events::Partition partition,
         events::Sequence from);

  std::expected<std::optional<std::string_view>, events::LogError> next() override;
  events::Position position() const override { return {partition_, last_}; }

 private:
  events::LogError failure() const;

  rocksdb::DB& database_;
  rocksdb::ColumnFamilyHandle& family_;
  const std::atomic<events::Sequence>& end_;
  events::Partition partition_;
  events::Sequence next_;
  events::Sequence last_ = 0;
  events::Sequence seen_end_ = 0;  // of end_, read again only when it is reached
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace huiyin::local_log
