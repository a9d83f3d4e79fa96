#include "projections/registry_store.hpp"

#include <deque>
#include <map>
#include <shared_mutex>
#include <unordered_map>

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <xxhash.h>

#include "database.hpp"
#include "event_reader.hpp"
#include "keys.hpp"
#include "meta.hpp"
#include "progress.hpp"
#include "record_codec.hpp"
#include "registry_rows.hpp"

namespace huiyin::projections {
namespace {

constexpr std::string_view meta_row = "m";
// Of the rows and states. Whoever writes fills what has another one anew, from the log.
constexpr std::uint32_t registry_format = 2;
constexpr Partition only_partition = 0;
constexpr double bloom_bits = 10;
constexpr std::size_t cache_bytes = 32U << 20U;
constexpr int read_only_attempts = 5;
// Changes that are remembered for whoever keeps sums: minutes of a busy province, some 10 MiB.
constexpr std::size_t journal_changes = 65'536;

rocksdb::Options store_options() {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits, false));
  rocksdb::Options options;
  options.create_if_missing = true;
  options.max_open_files = -1;  // all are open: what a writer deletes stays readable beside it
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  options.keep_log_file_num = 5;
  options.stats_dump_period_sec = 0;
  options.info_log_level = rocksdb::WARN_LEVEL;
  // A prefix of what was applied, consistent with its position; the rest comes from the log again.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  return options;
}

// A row under "d" as what it says. Its texts are in `subject`, `form` and the row.
Done read_done(std::string_view key, std::string_view value, std::string& subject,
               std::string& form) {
  KeyReader reader(key.substr(1));
  Done done;
  done.part = static_cast<ActivityPart>(reader.u8());
  done.day = day_of(reader.u32());
  subject = reader.text();
  form = reader.text();
  done.subject = subject;
  done.form = form;
  done.activity = reader.rest();
  KeyReader worth(value);
  done.solved = worth.u32();
  done.outputs = worth.rest();
  return done;
}

}  // namespace

class RegistryStore::Parts {
 public:
  explicit Parts(rocksdb::DB* opened) : db(opened) {}

  std::expected<void, StoreError> read_all();
  void keep(const std::shared_ptr<const SubjectState>& state);
  std::expected<std::optional<std::string>, StoreError> get(std::string_view key) const {
    std::string value;
    const auto status = db->Get({}, slice(key), &value);
    if (status.ok()) return value;
    if (status.IsNotFound()) return std::nullopt;
    return std::unexpected(to_error(status));
  }
  std::unique_ptr<rocksdb::Iterator> iterate() const {
    return std::unique_ptr<rocksdb::Iterator>(db->NewIterator({}));
  }

  std::unique_ptr<rocksdb::DB> db;
  Progress progress{1};
  mutable std::shared_mutex mutex;  // of the next
  std::array<std::map<std::string, std::shared_ptr<const SubjectState>, std::less<>>,
             events::subject_kind_count>
      subjects;
  std::unordered_map<std::string_view, std::shared_ptr<const SubjectState>> by_id;
  std::array<Sequence, events::subject_kind_count> changed{};  // of each kind
  std::deque<DoneChange> journal;
  Sequence journal_from = 0;  // what came up to here may not be in it
  Sequence journal_to = 0;

  // Adds what the difference of two sets of rows says, before it is known at which position.
  static void note(const RegistryRows& rows, const RegistryRows& others, bool added,
                   std::vector<DoneChange>& changes);
};

void RegistryStore::Parts::keep(const std::shared_ptr<const SubjectState>& state) {
  if (state->kind == events::SubjectKind::activity) return;
  auto& of_kind = subjects[static_cast<std::size_t>(state->kind)];
  const auto [place, fresh] = of_kind.insert_or_assign(state->id, state);
  by_id[place->first] = state;  // the map's own key: it lives as long as the entry
}

void RegistryStore::Parts::note(const RegistryRows& rows, const RegistryRows& others, bool added,
                                std::vector<DoneChange>& changes) {
  std::string subject, form;
  for (const auto& row : rows) {
    if (row.first.front() != 'd' || std::ranges::binary_search(others, row)) continue;
    const Done done = read_done(row.first, row.second, subject, form);
    changes.push_back(
        {0, added, done.part, done.day, subject, form, std::string(done.outputs), done.solved});
  }
}

std::expected<void, StoreError> RegistryStore::Parts::read_all() {
  if (const auto meta = get(meta_row); !meta) {
    return std::unexpected(meta.error());
  } else if (*meta) {
    KeyReader reader(**meta);
    progress.set({only_partition, reader.u64()});
    progress.newest_ms = reader.instant().time_since_epoch().count();
    if (reader.u32() != registry_format) {
      return std::unexpected(
          StoreError{StoreErrorCode::format, "the registry's views have another format"});
    }
    journal_from = journal_to = progress.get(only_partition);
    changed.fill(journal_from);
  }
  const auto rows = iterate();
  const std::string end = after_prefix("s");
  for (rows->Seek("s"); rows->Valid() && text(rows->key()) < end; rows->Next()) {
    auto state = std::make_shared<SubjectState>();
    if (!decode_record(text(rows->value()), *state)) {
      return std::unexpected(
          StoreError{StoreErrorCode::format,
                     "the registry's views cannot be read: `huiyin rebuild` builds them anew"});
    }
    keep(state);
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  return {};
}

RegistryStore::RegistryStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
RegistryStore::~RegistryStore() = default;

std::expected<std::unique_ptr<RegistryStore>, StoreError> RegistryStore::over(
    std::unique_ptr<Parts> parts) {
  if (auto read = parts->read_all(); !read) return std::unexpected(read.error());
  return std::unique_ptr<RegistryStore>(new RegistryStore(std::move(parts)));
}

std::expected<std::unique_ptr<RegistryStore>, StoreError> RegistryStore::open(
    const std::filesystem::path& directory) {
  std::error_code ignored;
  std::filesystem::create_directories(directory, ignored);
  const auto attempt = [&]() -> std::expected<std::unique_ptr<RegistryStore>, StoreError> {
    rocksdb::DB* db = nullptr;
    const auto status = rocksdb::DB::Open(store_options(), directory.string(), &db);
    if (!status.ok()) return std::unexpected(to_error(status));
    return over(std::make_unique<Parts>(db));
  };
  auto store = attempt();
  if (store || store.error().code != StoreErrorCode::format) return store;
  const auto gone = rocksdb::DestroyDB(directory.string(), store_options());
  if (!gone.ok()) return std::unexpected(to_error(gone));
  return attempt();
}

std::expected<std::unique_ptr<RegistryStore>, StoreError> RegistryStore::open_read_only(
    const std::filesystem::path& directory) {
  rocksdb::Status status;
  // A writer may delete a file between our reading its list and opening it: then the list is new.
  for (int attempt = 0; attempt < read_only_attempts; ++attempt) {
    rocksdb::DB* db = nullptr;
    status = rocksdb::DB::OpenForReadOnly(store_options(), directory.string(), &db);
    if (status.ok()) return over(std::make_unique<Parts>(db));
  }
  return std::unexpected(to_error(status));
}

std::expected<void, StoreError> RegistryStore::apply(const Batch<SubjectState>& batch) {
  const std::lock_guard one_at_a_time(parts_->progress.applying);
  rocksdb::WriteBatch write;
  std::vector<DoneChange> done;
  std::string value;
  for (const auto& change : batch.changes) {
    value.clear();
    encode_record(value, *change.after);
    write.Put(state_row(change.after->id), value);
    for (const HistoryEntry& entry : change.history) {
      value.clear();
      put_u64(value, entry.sequence);
      write.Put(history_row(change.after->id, entry.version), value);
    }
    const RegistryRows before = change.before ? registry_rows(*change.before) : RegistryRows();
    const RegistryRows after = registry_rows(*change.after);
    for (const auto& [key, unused] : before) {
      const auto same = std::ranges::lower_bound(after, key, {}, &RegistryRows::value_type::first);
      if (same == after.end() || same->first != key) write.Delete(key);
    }
    for (const auto& [key, row] : after) write.Put(key, row);
    Parts::note(before, after, false, done);
    Parts::note(after, before, true, done);
  }
  for (const CommandRecord& record : batch.commands) {
    value.clear();
    encode_command(value,
                   {record.time, record.first.sequence, record.count, record.case_id, record.hash});
    write.Put(command_row(record.id), value);
  }
  const Instant newest = std::max(batch.newest_time, newest_time());
  Sequence end = applied(only_partition);
  for (const Position position : batch.applied) end = std::max(end, position.sequence);
  value.clear();
  put_u64(value, end);
  put_instant(value, newest);
  put_u32(value, registry_format);
  write.Put(meta_row, value);
  // After a full disk RocksDB refuses writes until it is told to try again.
  auto status = parts_->progress.failed ? parts_->db->Resume() : rocksdb::Status::OK();
  if (status.ok()) status = parts_->db->Write({}, &write);
  parts_->progress.failed = !status.ok();
  if (!status.ok()) return std::unexpected(to_error(status));
  {
    const std::unique_lock lock(parts_->mutex);
    for (const auto& change : batch.changes) {
      parts_->keep(change.after);
      parts_->changed[static_cast<std::size_t>(change.after->kind)] = end;
    }
    for (DoneChange& change : done) {
      change.at = end;
      parts_->journal.push_back(std::move(change));
    }
    while (parts_->journal.size() > journal_changes) {
      parts_->journal_from = parts_->journal.front().at;
      parts_->journal.pop_front();
    }
    parts_->journal_to = end;
  }
  parts_->progress.newest_ms = newest.time_since_epoch().count();
  parts_->progress.set({only_partition, end});
  parts_->progress.announce();
  return {};
}

std::expected<std::shared_ptr<const SubjectState>, StoreError> RegistryStore::load_state(
    std::string_view id) const {
  {
    const std::shared_lock lock(parts_->mutex);
    if (const auto found = parts_->by_id.find(id); found != parts_->by_id.end())
      return found->second;
  }
  const auto row = parts_->get(state_row(id));
  if (!row) return std::unexpected(row.error());
  if (!*row) return nullptr;
  auto state = std::make_shared<SubjectState>();
  if (decode_record(**row, *state)) return state;
  return std::unexpected(
      StoreError{StoreErrorCode::corrupt, "the state of " + std::string(id) + " cannot be read"});
}

std::expected<std::vector<HistoryEntry>, StoreError> RegistryStore::history(
    std::string_view id, std::uint32_t from, std::size_t limit) const {
  std::vector<HistoryEntry> out;
  const auto rows = parts_->iterate();
  std::string prefix = "h";
  put_text(prefix, id);
  for (rows->Seek(history_row(id, from));
       rows->Valid() && out.size() < limit && text(rows->key()).starts_with(prefix); rows->Next()) {
    KeyReader key(text(rows->key()).substr(prefix.size()));
    out.push_back({key.u32(), KeyReader(text(rows->value())).u64()});
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  return out;
}

std::optional<CommandRecord> RegistryStore::find_command(std::string_view id,
                                                         std::string_view /*subject*/) const {
  const auto row = parts_->get(command_row(id));
  if (!row || !*row) return std::nullopt;
  auto record = decode_command(only_partition, id, **row);
  if (record.time + command_memory < newest_time()) return std::nullopt;
  return record;
}

Sequence RegistryStore::applied(Partition partition) const {
  return parts_->progress.get(partition);
}

Instant RegistryStore::newest_time() const {
  return Instant{std::chrono::milliseconds{parts_->progress.newest_ms.load()}};
}

void RegistryStore::on_hurry(const void* writer, std::function<void()> hurry) {
  const std::lock_guard lock(parts_->progress.mutex);
  if (hurry) {
    parts_->progress.writers[writer] = std::move(hurry);
  } else {
    parts_->progress.writers.erase(writer);
  }
}

bool RegistryStore::wait_applied(Position position,
                                 std::chrono::steady_clock::time_point deadline) const {
  return parts_->progress.wait(position, deadline);
}

std::shared_ptr<const SubjectState> RegistryStore::find(std::string_view id) const {
  const auto state = load_state(id);
  return state ? *state : nullptr;
}

void RegistryStore::each(
    events::SubjectKind kind, std::string_view after,
    const std::function<bool(const std::shared_ptr<const SubjectState>&)>& visit) const {
  const std::shared_lock lock(parts_->mutex);
  const auto& all = parts_->subjects[static_cast<std::size_t>(kind)];
  for (auto at = all.upper_bound(after); at != all.end(); ++at) {
    if (!visit(at->second)) return;
  }
}

std::size_t RegistryStore::count(events::SubjectKind kind) const {
  const std::shared_lock lock(parts_->mutex);
  return parts_->subjects[static_cast<std::size_t>(kind)].size();
}

bool RegistryStore::lies_within(std::string_view region, std::string_view other) const {
  constexpr int max_depth = 16;  // a tree is six deep; this ends a circle
  std::string at(region);
  for (int depth = 0; depth < max_depth && !at.empty(); ++depth) {
    bool found = false;
    each_region(at, [&](std::string_view code) { found = found || code == other; });
    if (found) return true;
    const auto state = find(at);
    const auto* own = state ? std::get_if<RegionState>(&state->body) : nullptr;
    if (own == nullptr) return false;
    at = own->parent;
  }
  return false;
}

Sequence RegistryStore::each_done(std::span<const ActivityPart> parts, events::Date from,
                                  events::Date to,
                                  const std::function<void(const Done&)>& visit) const {
  rocksdb::ReadOptions options;
  rocksdb::ManagedSnapshot snapshot(parts_->db.get());
  options.snapshot = snapshot.snapshot();
  std::string subject, form;
  for (const ActivityPart part : parts) {
    const std::string first = done_prefix(part, from);
    const std::string end = after_prefix(done_prefix(part, to));
    const std::unique_ptr<rocksdb::Iterator> rows(parts_->db->NewIterator(options));
    for (rows->Seek(first); rows->Valid() && text(rows->key()) < end; rows->Next()) {
      visit(read_done(text(rows->key()), text(rows->value()), subject, form));
    }
  }
  std::string meta;
  const auto status = parts_->db->Get(options, slice(meta_row), &meta);
  return status.ok() ? KeyReader(meta).u64() : 0;
}

std::optional<std::vector<DoneChange>> RegistryStore::done_since(Sequence position,
                                                                 Sequence& upto) const {
  const std::shared_lock lock(parts_->mutex);
  if (position < parts_->journal_from) return std::nullopt;
  upto = std::max(position, parts_->journal_to);
  const auto first = std::ranges::upper_bound(parts_->journal, position, {}, &DoneChange::at);
  return std::vector<DoneChange>(first, parts_->journal.end());
}

Sequence RegistryStore::last_change(events::SubjectKind kind) const {
  const std::shared_lock lock(parts_->mutex);
  return parts_->changed[static_cast<std::size_t>(kind)];
}

std::vector<ActivityLink> RegistryStore::activities_of(std::string_view subject, events::Date from,
                                                       events::Date to, std::size_t limit) const {
  std::vector<ActivityLink> out;
  const std::string first = link_prefix(subject, from);
  const std::string end = after_prefix(link_prefix(subject, to));
  const std::size_t text_bytes = first.size() - sizeof(std::uint32_t);
  const auto rows = parts_->iterate();
  for (rows->SeekForPrev(end); rows->Valid() && out.size() < limit && text(rows->key()) >= first;
       rows->Prev()) {
    if (text(rows->key()) >= end) continue;
    KeyReader key(text(rows->key()).substr(text_bytes));
    ActivityLink link;
    link.day = day_of(key.u32());
    link.activity = key.rest();
    const std::uint8_t bits = KeyReader(text(rows->value())).u8();
    for (std::size_t i = 0; i < names(ActivityPart{}).size(); ++i) {
      if ((bits >> i & 1U) != 0) link.parts.push_back(static_cast<ActivityPart>(i));
    }
    out.push_back(std::move(link));
  }
  return out;
}

std::vector<std::string> RegistryStore::activities_behind(std::string_view case_id) const {
  std::vector<std::string> out;
  const std::string prefix = case_prefix(case_id);
  const auto rows = parts_->iterate();
  for (rows->Seek(prefix); rows->Valid() && text(rows->key()).starts_with(prefix); rows->Next()) {
    out.emplace_back(text(rows->key()).substr(prefix.size()));
  }
  return out;
}

std::expected<Fingerprint, StoreError> RegistryStore::fingerprint() const {
  Fingerprint sum;
  std::string scratch;
  const auto rows = parts_->iterate();
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const std::string_view key = text(rows->key());
    if (key.front() == 'c' || key.front() == 'm') continue;
    scratch.clear();
    put_text(scratch, key);
    scratch += text(rows->value());
    const XXH128_hash_t hash = XXH3_128bits(scratch.data(), scratch.size());
    sum += {hash.high64, hash.low64, 1};
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  return sum;
}

}  // namespace huiyin::projections
