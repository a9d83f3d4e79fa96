#include "local_log/local_log.hpp"

#include <algorithm>
#include <limits>

#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "reader.hpp"
#include "state.hpp"

namespace huiyin::local_log {

using events::format_position;
using events::LogError;
using events::LogErrorCode;
using events::Position;
using events::Sequence;

LocalLog::LocalLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
LocalLog::~LocalLog() = default;

events::Partition LocalLog::partitions() const {
  return static_cast<events::Partition>(state_->ends.size());
}

Sequence LocalLog::end(events::Partition partition) const {
  if (partition >= partitions()) return 0;
  return state_->ends[partition].load(std::memory_order_acquire);
}

std::expected<void, LogError> LocalLog::append(std::span<const events::LogRecord> records,
                                               std::span<const Note> notes) {
  if (records.empty() && notes.empty()) return {};
  State& state = *state_;
  if (!state.stopped_by.empty()) {
    return std::unexpected(LogError{LogErrorCode::unavailable, state.stopped_by});
  }
  if (auto ordered = check_order(records); !ordered) return ordered;

  std::size_t bytes = 0;
  for (const auto& record : records) bytes += record.frame.size() + 32;
  if (auto room = room_for(bytes); !room) return room;
  if (state.full_disk->met) {
    if (auto recovered = recover(); !recovered) return recovered;
  }

  rocksdb::WriteBatch batch(bytes);
  rocksdb::Status status;
  for (const auto& record : records) {
    status = batch.Put(state.families[record.position.partition],
                       Key(record.position.sequence).slice(), record.frame);
    if (!status.ok()) return std::unexpected(log_error(status, "append"));
  }
  for (const Note& note : notes) {
    status = batch.Put(state.families.back(), note_key(note.partition), note.text);
    if (!status.ok()) return std::unexpected(log_error(status, "append"));
  }
  rocksdb::WriteOptions durable;
  durable.sync = state.options.mirror_of.empty();
  status = state.database->Write(durable, &batch);
  if (!status.ok()) {
    LogError error = log_error(status, "append to " + state.directory.string());
    if (error.code == LogErrorCode::full) {
      state.full_disk->met = true;
    } else {
      state.stopped_by = "stopped after a failed write: " + error.detail;
    }
    return std::unexpected(std::move(error));
  }
  if (state.head) state.head->write(state.next_ends);
  for (std::size_t i = 0; i < state.ends.size(); ++i) {
    state.ends[i].store(state.next_ends[i], std::memory_order_release);
  }
  state.unflushed_bytes += bytes;
  if (state.unflushed_bytes >= unflushed_limit_bytes) state.start_tables();
  return {};
}

// A failure shows as a background error of the database: the next append meets it.
void LocalLog::State::start_tables() {
  rocksdb::FlushOptions in_background;
  in_background.wait = false;
  in_background.allow_write_stall = true;
  database->Flush(in_background, families).PermitUncheckedError();
  fill_memory().PermitUncheckedError();
  unflushed_bytes = 0;
}

// RocksDB 7.8 leaves a half-written write-ahead log behind only if Resume() finds something in
// memory to flush; with nothing there it would go on in the broken file and abort. So one key that
// is in no write-ahead log is put into memory whenever it has been emptied.
rocksdb::Status LocalLog::State::fill_memory() {
  rocksdb::WriteOptions memory_only;
  memory_only.disableWAL = true;
  return database->Put(memory_only, families.back(), "filler", "");
}

// Leaves in next_ends where each partition will end.
std::expected<void, LogError> LocalLog::check_order(std::span<const events::LogRecord> records) {
  std::vector<Sequence>& next = state_->next_ends;
  next = state_->durable_ends();
  for (const auto& record : records) {
    const auto [partition, sequence] = record.position;
    if (partition >= next.size()) {
      return std::unexpected(LogError{LogErrorCode::gap, format_position(record.position) +
                                                             ": this log has partitions 0 to " +
                                                             std::to_string(next.size() - 1)});
    }
    if (sequence != next[partition] + 1) {
      return std::unexpected(
          LogError{LogErrorCode::gap, format_position(record.position) + " does not continue " +
                                          format_position({partition, next[partition]})});
    }
    next[partition] = sequence;
  }
  return {};
}

// Refusing before the disk is full keeps half-written batches rare and leaves room for tables.
std::expected<void, LogError> LocalLog::room_for(std::uint64_t bytes) const {
  if (state_->options.reserve_bytes == 0) return {};
  std::error_code failed;
  const auto space = std::filesystem::space(state_->directory, failed);
  if (failed) return {};  // the write itself will tell
  const std::uint64_t reserve = std::min(state_->options.reserve_bytes, space.capacity / 16);
  if (space.available >= bytes + reserve) return {};
  return std::unexpected(LogError{LogErrorCode::full,
                                  "the disk under " + state_->directory.string() + " has " +
                                      std::to_string(space.available >> 10) + " KiB left; " +
                                      std::to_string((bytes + reserve) >> 10) + " KiB are needed"});
}

// After a write that a full disk interrupted. Resume() writes what is in memory to tables and goes
// on in a new write-ahead log, so that the half-written batch in the old one is never read again.
std::expected<void, LogError> LocalLog::recover() {
  State& state = *state_;
  state.full_disk->met = false;  // first: a table that fails from now on is another occasion
  rocksdb::Status status = state.database->Resume();
  if (status.ok()) status = state.fill_memory();
  if (!status.ok()) {
    state.full_disk->met = true;
    return std::unexpected(log_error(status, "recovering from a full disk"));
  }
  state.unflushed_bytes = 0;
  const auto stored = stored_ends(*state.database, state.families, partitions());
  if (!stored) return std::unexpected(stored.error());
  if (*stored != state.durable_ends()) {
    state.stopped_by = "a write that was refused is stored after all: restart to read the log anew";
    return std::unexpected(LogError{LogErrorCode::unavailable, state.stopped_by});
  }
  return {};
}

std::unique_ptr<events::LogReader> LocalLog::read(events::Partition partition,
                                                  Sequence from) const {
  static const std::atomic<Sequence> nothing = 0;
  const bool known = partition < partitions();
  // A partition that does not exist has no records, as end() says.
  return std::make_unique<Reader>(*state_->database, *state_->families[known ? partition : 0],
                                  known ? state_->ends[partition] : nothing, partition, from);
}

std::expected<std::string, LogError> LocalLog::get(Position position) const {
  const std::string name = format_position(position);
  if (position.sequence == 0 || position.sequence > end(position.partition)) {
    return std::unexpected(LogError{LogErrorCode::missing, name + " is not in the log"});
  }
  std::string frame;
  const rocksdb::Status status =
      state_->database->Get(rocksdb::ReadOptions(), state_->families[position.partition],
                            Key(position.sequence).slice(), &frame);
  if (status.ok()) return frame;
  if (status.IsNotFound()) {
    return std::unexpected(LogError{
        LogErrorCode::corrupt, "hole: " + name + " is not stored, though the log ends at " +
                                   format_position({position.partition, end(position.partition)})});
  }
  return std::unexpected(log_error(status, "reading " + name));
}

std::expected<std::string, LogError> LocalLog::note(events::Partition partition) const {
  std::string text;
  const rocksdb::Status status = state_->database->Get(
      rocksdb::ReadOptions(), state_->families.back(), note_key(partition), &text);
  if (status.ok() || status.IsNotFound()) return text;
  return std::unexpected(log_error(status, "reading the note of " + family_name(partition)));
}

std::expected<void, LogError> LocalLog::checkpoint(const std::filesystem::path& directory) const {
  // Taken before the copy: HEAD must not be ahead of it.
  const std::vector<Sequence> ends = state_->durable_ends();
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status status = rocksdb::Checkpoint::Create(state_->database.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  // The write-ahead log is copied rather than flushed: 1 ms instead of 400.
  if (status.ok()) {
    status =
        checkpoint->CreateCheckpoint(directory.string(), std::numeric_limits<std::uint64_t>::max());
  }
  if (!status.ok()) return std::unexpected(log_error(status, "copy to " + directory.string()));
  if (auto head = HeadFile::create(directory / "HEAD", ends); !head) {
    return std::unexpected(head.error());
  }
  return {};
}

Figures LocalLog::figures() const {
  const auto sum = [this](const std::string& property) {
    std::uint64_t value = 0;
    return state_->database->GetAggregatedIntProperty(property, &value) ? value : 0;
  };
  using Property = rocksdb::DB::Properties;
  return {.table_bytes = sum(Property::kTotalSstFilesSize),
          .memory_bytes = sum(Property::kSizeAllMemTables),
          .pending_compaction_bytes = sum(Property::kEstimatePendingCompactionBytes),
          .background_errors = sum(Property::kBackgroundErrors)};
}

}  // namespace huiyin::local_log
