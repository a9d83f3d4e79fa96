// What the store knows of itself: its format, its partitions, where it stands.
#pragma once

#include "database.hpp"

namespace huiyin::projections {

// Raised when a stored record or key changes its meaning: such a store is rebuilt.
inline constexpr std::uint32_t store_format = 2;

// Writes format and partitions into a new store, compares them with an old one.
std::expected<void, StoreError> check_meta(Database& database, Partition partitions);

struct Meta {
  std::vector<Position> applied;  // one per partition
  Instant newest_time{};
};
std::expected<Meta, StoreError> read_meta(const Database& database, Partition partitions,
                                          const rocksdb::Snapshot* at = nullptr);

rocksdb::Status write_applied(rocksdb::WriteBatch& batch, const Database& database,
                              Position position);
rocksdb::Status write_newest_time(rocksdb::WriteBatch& batch, const Database& database,
                                  Instant time);

struct CommandValue {
  Instant time;
  Sequence first;
  std::uint32_t count;
  std::string_view case_id, hash;
};
void encode_command(std::string& out, const CommandValue& value);
// One more event of the command whose value begins at `value_at`.
void add_to_count(std::string& bytes, std::size_t value_at);
CommandRecord decode_command(Partition partition, std::string_view id, std::string_view value);

}  // namespace huiyin::projections
