// The embedded log of record: one directory, one process, RocksDB underneath.
//
// What a caller may rely on, beyond the port (events/event_log.hpp):
// - append: one write batch, one fdatasync. `full` when the disk is: nothing of the batch is in the
//   log, reads go on, and a later append works as soon as there is room, without a restart. Only a
//   process that dies before that later append may find the refused batch stored, whole, when it
//   opens again. Any other failed write stops the log for good (`unavailable` until it is opened
//   anew): after a failed fsync nobody knows what the disk holds.
// - Found at open, and refused with the file's name: a missing or shortened table, a flipped byte
// in
//   the write-ahead log, manifest or HEAD, a partition that ends before what had been acknowledged.
//   Found when read: a flipped byte in a table (block checksum), a hole in the sequence. The
//   frame's own checksum is the reader's to check (events::decode_frame).
// - A torn last write is dropped in silence if nobody had been told that it was written. HEAD knows
//   what was acknowledged; it is rewritten after each append but not synced, since that would
//   double the cost. Hence the one thing that is not noticed: a power loss, upon a disk that lies
//   about fdatasync, within the half minute that the kernel takes to write HEAD. Removing HEAD
//   accepts a loss: the log then opens with what is left.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "events/event_log.hpp"

namespace huiyin::local_log {

enum class OpenMode : std::uint8_t {
  create,     // makes the log where there is none, else opens it
  existing,   // refuses (`missing`) where there is none
  read_only,  // as existing, without the lock: sees what was there when it was opened
};

struct OpenOptions {
  // With `create`: the number of a new log, and what an existing one must have. Otherwise nothing
  // is asked and the log says its own.
  events::Partition partitions = events::default_partitions;
  // Room that an append must leave on the disk, so that tables can still be written. At most a
  // sixteenth of the file system is held back. 0: a full disk shows only in the write itself.
  std::uint64_t reserve_bytes = 16ull << 20;
  // Not empty: a copy of the log that is named here (a topic), which can be fetched again. Appends
  // are not synced and HEAD is not kept, so a power loss may take the tail, never a middle. What
  // was made as a copy opens for writing only as a copy of the same, and the truth never as a copy.
  std::string mirror_of;
};

// A word about a partition, stored with the records that it belongs to, in one batch.
struct Note {
  events::Partition partition = 0;
  std::string text;
};

// Each partition costs some buffers and files.
inline constexpr events::Partition max_partitions = 256;

// For metrics. Bytes, but background_errors.
struct Figures {
  std::uint64_t table_bytes = 0;
  std::uint64_t memory_bytes = 0;
  std::uint64_t pending_compaction_bytes = 0;
  std::uint64_t background_errors = 0;
};

class LocalLog final : public events::EventLog {
 public:
  // `missing`: no log there. `unavailable`: locked by another process, another number of partitions
  // than asked for, no permission. `corrupt`: as said above. `full`: no room to open.
  static std::expected<std::unique_ptr<LocalLog>, events::LogError> open(
      const std::filesystem::path& directory, OpenMode mode, const OpenOptions& options = {});

  ~LocalLog() override;
  LocalLog(const LocalLog&) = delete;
  LocalLog& operator=(const LocalLog&) = delete;

  events::Partition partitions() const override;
  std::expected<void, events::LogError> append(
      std::span<const events::LogRecord> records) override {
    return append(records, {});
  }
  // With notes, each replacing its partition's last one; either all is stored or nothing.
  std::expected<void, events::LogError> append(std::span<const events::LogRecord> records,
                                               std::span<const Note> notes);
  // The partition's last note, empty when there is none. Thread-safe.
  std::expected<std::string, events::LogError> note(events::Partition partition) const;

  // `full` when there is no room for an append of so many bytes. Thread-safe.
  std::expected<void, events::LogError> room_for(std::uint64_t bytes) const;

  events::Sequence end(events::Partition partition) const override;
  // Readers must be gone before the log is.
  std::unique_ptr<events::LogReader> read(events::Partition partition,
                                          events::Sequence from) const override;
  std::expected<std::string, events::LogError> get(events::Position position) const override;

  // A copy that can be opened as a log, made of hard links where the file system is the same.
  // `directory` must not exist. Thread-safe, also beside appends.
  std::expected<void, events::LogError> checkpoint(const std::filesystem::path& directory) const;

  // Thread-safe.
  Figures figures() const;

 private:
  struct State;
  explicit LocalLog(std::unique_ptr<State> state);
  std::expected<void, events::LogError> check_order(std::span<const events::LogRecord> records);
  std::expected<void, events::LogError> recover();

  std::unique_ptr<State> state_;
};

}  // namespace huiyin::local_log
