#include "meta.hpp"

#include <rocksdb/write_batch.h>

#include "keys.hpp"

namespace huiyin::projections {
namespace {

std::string applied_key(Partition partition) {
  std::string key = "a";
  put_u16(key, partition);
  return key;
}

}  // namespace

std::expected<void, StoreError> check_meta(Database& database, Partition partitions) {
  const auto format = database.get(Family::meta, "format");
  if (!format) return std::unexpected(format.error());
  if (!*format) {
    rocksdb::WriteBatch batch;
    std::string number;
    put_u32(number, store_format);
    batch.Put(database.family(Family::meta), "format", number);
    number.clear();
    put_u16(number, partitions);
    batch.Put(database.family(Family::meta), "partitions", number);
    const auto status = database.db().Write({}, &batch);
    if (!status.ok()) return std::unexpected(to_error(status));
    return {};
  }
  if (const std::uint32_t stored = KeyReader(**format).u32(); stored != store_format) {
    return std::unexpected(StoreError{StoreErrorCode::format,
                                      "the views were written in format " + std::to_string(stored) +
                                          ", this program reads " + std::to_string(store_format) +
                                          ": run `huiyin rebuild`"});
  }
  const auto count = database.get(Family::meta, "partitions");
  if (!count) return std::unexpected(count.error());
  const std::uint16_t stored = KeyReader(count->value_or("")).u16();
  if (stored != partitions) {
    return std::unexpected(StoreError{StoreErrorCode::mismatch,
                                      "the views have " + std::to_string(stored) +
                                          " partitions, the log " + std::to_string(partitions)});
  }
  return {};
}

std::expected<Meta, StoreError> read_meta(const Database& database, Partition partitions,
                                          const rocksdb::Snapshot* at) {
  Meta meta;
  for (Partition partition = 0; partition < partitions; ++partition) {
    const auto stored = database.get(Family::meta, applied_key(partition), at);
    if (!stored) return std::unexpected(stored.error());
    meta.applied.push_back({partition, *stored ? KeyReader(**stored).u64() : 0});
  }
  const auto time = database.get(Family::meta, "time", at);
  if (!time) return std::unexpected(time.error());
  if (*time) meta.newest_time = KeyReader(**time).instant();
  return meta;
}

rocksdb::Status write_applied(rocksdb::WriteBatch& batch, const Database& database,
                              Position position) {
  std::string value;
  put_u64(value, position.sequence);
  return batch.Put(database.family(Family::meta), applied_key(position.partition), value);
}

rocksdb::Status write_newest_time(rocksdb::WriteBatch& batch, const Database& database,
                                  Instant time) {
  std::string value;
  put_instant(value, time);
  return batch.Put(database.family(Family::meta), "time", value);
}

void encode_command(std::string& out, const CommandValue& value) {
  put_instant(out, value.time);
  put_u64(out, value.first);
  put_u32(out, value.count);
  put_text(out, value.case_id);
  out += value.hash;
}

void add_to_count(std::string& bytes, std::size_t value_at) {
  const std::size_t count_at = value_at + 2 * sizeof(std::uint64_t);
  std::string count;
  put_u32(count, KeyReader(std::string_view(bytes).substr(count_at)).u32() + 1);
  bytes.replace(count_at, count.size(), count);
}

CommandRecord decode_command(Partition partition, std::string_view id, std::string_view value) {
  KeyReader reader(value);
  CommandRecord record;
  record.id = id;
  record.time = reader.instant();
  record.first.partition = partition;
  record.first.sequence = reader.u64();
  record.count = reader.u32();
  record.case_id = reader.text();
  record.hash = reader.rest();
  return record;
}

}  // namespace huiyin::projections
