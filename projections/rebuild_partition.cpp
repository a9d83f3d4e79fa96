#include "rebuild_partition.hpp"

#include <algorithm>

#include <rocksdb/write_batch.h>
#include <xxhash.h>

#include "keys.hpp"
#include "meta.hpp"
#include "projections/case_fold.hpp"
#include "record_codec.hpp"

namespace huiyin::projections {
namespace {

constexpr std::uint64_t report_every = 4096;
// Commands wait here until a week of log time has made them pointless; about 15 MiB.
constexpr std::size_t commands_held = 50'000;
constexpr std::size_t text_bytes_of_state = 1024;  // what a state's strings take, typically

// Memory of a state, near enough for a budget: the parts that grow without bound are counted.
std::size_t bytes_of(const CaseState& state) {
  return sizeof(CaseState) + text_bytes_of_state + state.lanes.capacity() * sizeof(Lane) +
         state.clocks.capacity() * (sizeof(ClockInstance) + 3 * sizeof(events::Threshold)) +
         state.ratings.capacity() * sizeof(Rating) + state.sources.capacity() * sizeof(Source) +
         state.proposers.capacity() * sizeof(events::Proposer) +
         state.outbox.capacity() * sizeof(events::FollowUp);
}

// Cases lie in memory by their first event, and are written by their ids.
void prefetch(const CaseState* state) {
  constexpr std::size_t cache_line = 64;
  if (state == nullptr) return;
  const char* const bytes = reinterpret_cast<const char*>(state);
  for (std::size_t at = 0; at < sizeof(CaseState); at += cache_line) __builtin_prefetch(bytes + at);
}

}  // namespace

std::size_t PartitionRebuild::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

PartitionRebuild::PartitionRebuild(const events::EventLog& log, Database& database,
                                   Partition partition, const RebuildOptions& options,
                                   RunBuffers& buffers)
    : database_(database),
      partition_(partition),
      options_(options),
      end_(log.end(partition)),
      reader_(log, partition, 1),
      load_(database, Family::load),
      stats_(database, Family::stats),
      rows_(partition),
      commands_(partition) {
  if (partition < options.cut.upto.size()) end_ = std::min(end_, options.cut.upto[partition]);
  for (std::size_t i = 0; i < family_count; ++i) {
    runs_.emplace_back(database, static_cast<Family>(i), std::to_string(partition), buffers[i]);
  }
}

ReplayError PartitionRebuild::store_error(const rocksdb::Status& status) const {
  return reader_.error(ReplayErrorCode::store, status.ToString());
}

std::expected<PartitionRebuild::Result, ReplayError> PartitionRebuild::run(
    const std::function<void(std::uint64_t)>& read) {
  std::uint64_t unreported = 0;
  while (reader_.position().sequence < end_) {
    const auto frame = reader_.next();
    if (!frame) return std::unexpected(frame.error());
    if (!*frame) break;
    const auto going = take((*frame)->envelope);
    if (!going) return std::unexpected(going.error());
    if (!*going) break;
    if (++unreported == report_every) {
      read(std::exchange(unreported, 0));
      if (options_.stop != nullptr && options_.stop->load()) {
        return std::unexpected(reader_.error(ReplayErrorCode::stopped, "stopped"));
      }
    }
  }
  read(unreported);
  if (const auto done = write(); !done) return std::unexpected(done.error());
  return result_;
}

// False where known_at ends the partition.
std::expected<bool, ReplayError> PartitionRebuild::take(const events::EnvelopeView& envelope) {
  if (options_.cut.known_at && envelope.time > *options_.cut.known_at) return false;
  const auto found = entry_of(envelope);
  if (!found) return std::unexpected(found.error());
  Entry& entry = **found;
  prefetch(entry.state.get());  // arrives while the event is decoded
  const auto event = reader_.decode();
  if (!event) return std::unexpected(reader_.error(event.error()));
  ++result_.events;
  result_.applied = envelope.sequence;
  result_.newest_time = std::max(result_.newest_time, envelope.time);
  commands_.add(envelope);
  commands_.forget(envelope.time);
  if (const auto status = write_commands(commands_held); !status.ok()) {
    return std::unexpected(store_error(status));
  }
  const auto& as_of = options_.cut.as_of;
  entry.cut = entry.cut || (as_of && event->common.occurred_at > *as_of);
  if (entry.cut) return true;
  CaseState& state = *entry.state;
  const std::size_t before = bytes_of(state);
  fold(state, envelope, *event);
  state_bytes_ += bytes_of(state) - before;
  put_varint(entry.history, envelope.sequence - entry.last);
  entry.last = envelope.sequence;
  if (state_bytes_ > options_.state_bytes) {
    if (const auto done = spill(); !done) return std::unexpected(done.error());
  }
  return true;
}

std::expected<PartitionRebuild::Entry*, ReplayError> PartitionRebuild::entry_of(
    const events::EnvelopeView& envelope) {
  Entry* entry = nullptr;
  if (const auto known = by_id_.find(envelope.subject); known != by_id_.end()) {
    entry = known->second;
  } else {
    entry = &entries_.emplace_back();
    entry->id = envelope.subject;
    entry->state = std::make_unique<CaseState>();
    state_bytes_ += bytes_of(*entry->state);
    by_id_.emplace(entry->id, entry);
  }
  if (envelope.subject_version != entry->version + 1) {
    return std::unexpected(reader_.error(ReplayErrorCode::version_gap,
                                         "version " + std::to_string(envelope.subject_version) +
                                             " of " + entry->id + " follows " +
                                             std::to_string(entry->version)));
  }
  entry->version = envelope.subject_version;
  entry->recent = true;
  if (entry->state == nullptr && !entry->cut) {
    entry->state = std::make_unique<CaseState>();
    if (const auto status = load_spilled(*entry, *entry->state); !status.ok()) {
      return std::unexpected(store_error(status));
    }
    state_bytes_ += bytes_of(*entry->state);
  }
  return entry;
}

rocksdb::Status PartitionRebuild::load_spilled(const Entry& entry, CaseState& state) {
  key_ = partition_prefix(partition_);
  key_ += entry.id;
  auto status = database_.db().Get({}, database_.family(Family::state), slice(key_), &value_);
  if (status.ok() && !decode_record(value_, state)) {
    return rocksdb::Status::Corruption("state of " + entry.id);
  }
  return status;
}

// Second chance: what was not touched since the last sweep goes first.
std::expected<void, ReplayError> PartitionRebuild::spill() {
  rocksdb::WriteOptions no_log;
  no_log.disableWAL = true;  // a rebuild that is cut short is thrown away
  const std::size_t keep = options_.state_bytes / 4 * 3;
  rocksdb::WriteBatch batch;
  for (int sweep = 0; sweep < 2 && state_bytes_ > keep; ++sweep) {
    for (Entry& entry : entries_) {
      if (entry.state == nullptr) continue;
      if (std::exchange(entry.recent, false)) continue;
      key_ = partition_prefix(partition_);
      key_ += entry.id;
      value_.clear();
      encode_record(value_, *entry.state);
      batch.Put(database_.family(Family::state), slice(key_), slice(value_));
      state_bytes_ -= bytes_of(*entry.state);
      entry.state.reset();
      entry.spilled = true;
      if (state_bytes_ <= keep) break;
    }
  }
  const auto status = database_.db().Write(no_log, &batch);
  if (!status.ok()) return std::unexpected(store_error(status));
  return {};
}

std::expected<void, ReplayError> PartitionRebuild::write() {
  by_id_ = {};
  // In the order of their ids, so that state, status and history need no sorting.
  std::vector<Entry*> order;
  order.reserve(entries_.size());
  for (Entry& entry : entries_) {
    if (!entry.history.empty()) order.push_back(&entry);
  }
  std::ranges::sort(order, {}, [](const Entry* entry) -> std::string_view { return entry->id; });
  rocksdb::Status status;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i + 1 < order.size()) prefetch(order[i + 1]->state.get());
    Entry* const entry = order[i];
    if (entry->state == nullptr) {
      entry->state = std::make_unique<CaseState>();
      status = load_spilled(*entry, *entry->state);
    }
    if (status.ok()) status = write_case(*entry, *entry->state);
    if (!status.ok()) return std::unexpected(store_error(status));
    entry->state.reset();
    entry->history = {};
  }
  result_.cases = order.size();
  status = write_commands(0);
  if (status.ok()) status = load_.finish(runs(Family::load));
  if (status.ok()) status = stats_.finish(runs(Family::stats));
  for (SortedRuns& run : runs_) {
    if (status.ok()) status = run.ingest();
  }
  if (!status.ok()) return std::unexpected(store_error(status));
  return {};
}

rocksdb::Status PartitionRebuild::write_case(const Entry& entry, const CaseState& state) {
  key_ = partition_prefix(partition_);
  key_ += entry.id;
  value_.clear();
  encode_record(value_, state);
  auto status = runs(Family::state).add(key_, 0, value_);
  value_.clear();
  encode_record(value_, status_row(state));
  if (status.ok()) status = runs(Family::status).add(key_, 0, value_);
  key_.push_back('\0');  // put_text of an id that holds neither 00 nor 01
  put_u32(key_, 1);
  if (status.ok()) status = runs(Family::history).add(key_, 0, entry.history);
  rows_.clear();
  append_rows(rows_, state);
  for (const RowSet::Row& row : rows_.rows()) {
    if (!status.ok()) break;
    if (row.family == Family::load) {
      status = load_.add(rows_.key(row), row.hash, row.head_size);
    } else if (row.family == Family::stats) {
      status = stats_.add(rows_.key(row), row.hash, row.head_size);
    } else {
      status = runs(row.family).add(rows_.key(row), row.head_size, rows_.value(row));
    }
  }
  return status;
}

rocksdb::Status PartitionRebuild::write_commands(std::size_t keep) {
  rocksdb::Status status;
  for (; status.ok() && commands_.size() > keep; commands_.pop()) {
    status = runs(Family::command).add(commands_.front_key(), 0, commands_.front_value());
  }
  return status;
}

}  // namespace huiyin::projections
