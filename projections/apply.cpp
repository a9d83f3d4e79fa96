// The write side of the store: rows(after) − rows(before), as one batch.
#include <algorithm>

#include <rocksdb/write_batch.h>

#include "case_cache.hpp"
#include "counter_cache.hpp"
#include "database.hpp"
#include "keys.hpp"
#include "meta.hpp"
#include "progress.hpp"
#include "projections/view_store.hpp"
#include "record_codec.hpp"
#include "sorted_batch.hpp"

namespace huiyin::projections {
namespace {

class Applier {
 public:
  Applier(SortedBatch& rows, CounterCache& counters) : rows_(rows), counters_(counters) {}

  void change(const CaseChange& change) {
    key_ = partition_prefix(change.partition);
    key_ += change.after->id;
    value_.clear();
    encode_record(value_, *change.after);
    put(Family::state, key_, value_);
    value_.clear();
    encode_record(value_, status_row(*change.after));
    put(Family::status, key_, value_);
    history(change);
    rows(change);
  }

  void command(const CommandRecord& record) {
    value_.clear();
    encode_command(value_,
                   {record.time, record.first.sequence, record.count, record.case_id, record.hash});
    key_ = partition_prefix(record.first.partition);
    key_ += record.id;
    put(Family::command, key_, value_);
  }

 private:
  void put(Family family, std::string_view key, std::string_view value) {
    rows_.put(family, key, value);
  }

  void history(const CaseChange& change) {
    if (change.history.empty()) return;
    key_ = partition_prefix(change.partition);
    put_text(key_, change.after->id);
    put_u32(key_, change.history.front().version);
    value_.clear();
    Sequence last = 0;
    for (const HistoryEntry& entry : change.history) {
      put_varint(value_, entry.sequence - last);
      last = entry.sequence;
    }
    put(Family::history, key_, value_);
  }

  void rows(const CaseChange& change) {
    RowSet before(change.partition);
    RowSet after(change.partition);
    if (change.before) append_rows(before, *change.before);
    append_rows(after, *change.after);
    before.sort();
    after.sort();
    auto old = before.rows().begin();
    auto fresh = after.rows().begin();
    const auto old_end = before.rows().end();
    const auto fresh_end = after.rows().end();
    while (old != old_end || fresh != fresh_end) {
      const int order = old == old_end       ? 1
                        : fresh == fresh_end ? -1
                                             : compare(before, *old, after, *fresh);
      if (order < 0) {
        remove(before, *old++);
      } else if (order > 0) {
        add(after, *fresh++);
      } else {
        if (before.value(*old) != after.value(*fresh)) add(after, *fresh);
        ++old;
        ++fresh;
      }
    }
  }

  static int compare(const RowSet& a, const RowSet::Row& x, const RowSet& b, const RowSet::Row& y) {
    if (x.hash != y.hash) return x.hash < y.hash ? -1 : 1;
    if (x.family != y.family) return x.family < y.family ? -1 : 1;
    return a.key(x).compare(b.key(y));
  }

  void remove(const RowSet& set, const RowSet::Row& row) {
    if (counts(row.family)) {
      counters_.add(row.family, set.key(row), -1);
    } else {
      rows_.remove(row.family, set.key(row));
    }
  }
  void add(const RowSet& set, const RowSet::Row& row) {
    if (counts(row.family)) {
      counters_.add(row.family, set.key(row), 1);
    } else {
      put(row.family, set.key(row), set.value(row));
    }
  }

  SortedBatch& rows_;
  CounterCache& counters_;
  std::string key_, value_;
};

}  // namespace

std::expected<void, StoreError> ViewStore::apply(const ViewBatch& batch) {
  const std::lock_guard one_at_a_time(progress_->applying);
  Applier applier(*rows_, *counters_);
  for (const CaseChange& change : batch.changes) applier.change(change);
  for (const CommandRecord& record : batch.commands) applier.command(record);
  const Instant newest = std::max(batch.newest_time, newest_time());
  rocksdb::WriteBatch write;
  auto status = counters_->write_to(*rows_, *database_);
  const auto sorted = rows_->move_to(write, *database_);
  if (status.ok()) status = sorted;
  for (const Position position : batch.applied) {
    if (status.ok()) status = write_applied(write, *database_, position);
  }
  if (status.ok()) status = write_newest_time(write, *database_, newest);
  // After a full disk RocksDB refuses writes until it is told to try again.
  if (status.ok() && progress_->failed) status = database_->db().Resume();
  if (status.ok()) status = database_->db().Write({}, &write);
  progress_->failed = !status.ok();
  if (!status.ok()) {
    counters_->forget();
    return std::unexpected(to_error(status));
  }
  counters_->kept();
  for (const CaseChange& change : batch.changes) cache_->forget(change.after->id);
  progress_->newest_ms = newest.time_since_epoch().count();
  database_->log_time_ms() = newest.time_since_epoch().count();
  for (const Position position : batch.applied) progress_->set(position);
  progress_->announce();
  return {};
}

}  // namespace huiyin::projections
