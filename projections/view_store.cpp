#include "projections/view_store.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <unordered_set>

#include "case_cache.hpp"
#include "counter_cache.hpp"
#include "database.hpp"
#include "events/json_writer.hpp"
#include "keys.hpp"
#include "meta.hpp"
#include "progress.hpp"
#include "record_codec.hpp"
#include "sorted_batch.hpp"

namespace huiyin::projections {

ViewStore::ViewStore(std::filesystem::path path, Partition partitions,
                     std::unique_ptr<Database> database, const StoreOptions& options)
    : path_(std::move(path)),
      partitions_(partitions),
      database_(std::move(database)),
      counters_(std::make_unique<CounterCache>()),
      rows_(std::make_unique<SortedBatch>()),
      cache_(std::make_unique<CaseCache>(options.case_cache_bytes)),
      progress_(std::make_unique<Progress>(partitions)) {}

ViewStore::~ViewStore() = default;

std::expected<std::unique_ptr<ViewStore>, StoreError> ViewStore::open(
    const std::filesystem::path& path, Partition partitions, const StoreOptions& options) {
  auto generation = current_generation(path);
  const bool first = !generation;
  if (first) generation = next_generation(path);
  auto store = open_generation(path, *generation, partitions, options);
  if (store && first) {
    if (const auto done = switch_generation(path, *generation); !done) {
      return std::unexpected(done.error());
    }
  }
  return store;
}

std::expected<std::unique_ptr<ViewStore>, StoreError> ViewStore::open_generation(
    const std::filesystem::path& path, std::string_view generation, Partition partitions,
    const StoreOptions& options) {
  auto database = Database::open(path / generation, options);
  if (!database) return std::unexpected(database.error());
  return over(std::move(*database), partitions, options);
}

std::expected<std::unique_ptr<ViewStore>, StoreError> ViewStore::open_read_only(
    const std::filesystem::path& path, Partition partitions, const StoreOptions& options) {
  const auto generation = current_generation(path);
  if (!generation) {
    return std::unexpected(
        StoreError{StoreErrorCode::unavailable,
                   "there are no views in " + path.string() + ": run `huiyin rebuild`"});
  }
  auto database = Database::open_read_only(path / *generation, options);
  if (!database) return std::unexpected(database.error());
  return over(std::move(*database), partitions, options);
}

std::expected<std::unique_ptr<ViewStore>, StoreError> ViewStore::over(
    std::unique_ptr<Database> database, Partition partitions, const StoreOptions& options) {
  if (const auto checked = check_meta(*database, partitions); !checked) {
    return std::unexpected(checked.error());
  }
  const std::filesystem::path directory = database->directory();
  std::unique_ptr<ViewStore> store(
      new ViewStore(directory, partitions, std::move(database), options));
  const auto stored = read_meta(*store->database_, partitions);
  if (!stored) return std::unexpected(stored.error());
  for (const Position position : stored->applied) store->progress_->set(position);
  store->progress_->newest_ms = stored->newest_time.time_since_epoch().count();
  store->database_->log_time_ms() = store->progress_->newest_ms.load();
  return store;
}

std::expected<std::shared_ptr<const CaseState>, StoreError> ViewStore::load_state(
    std::string_view case_id) const {
  std::string key = partition_prefix(events::partition_of(case_id, partitions_));
  key += case_id;
  const auto stored = database_->get(Family::state, key);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return nullptr;
  auto state = std::make_shared<CaseState>();
  if (!decode_record(**stored, *state)) {
    return std::unexpected(StoreError{StoreErrorCode::corrupt, "state of " + std::string(case_id)});
  }
  return state;
}

std::expected<std::shared_ptr<const CaseView>, StoreError> ViewStore::case_view(
    std::string_view case_id) const {
  std::uint64_t ticket = 0;
  if (auto known = cache_->find(case_id, ticket)) return known;
  auto state = load_state(case_id);
  if (!state) return std::unexpected(state.error());
  if (*state == nullptr) return nullptr;
  auto view = std::make_shared<CaseView>();
  if ((*state)->petitioner) {
    CaseState shown = **state;
    shown.petitioner.reset();
    view->json = events::to_json(shown);
  } else {
    view->json = events::to_json(**state);
  }
  view->state = std::move(*state);
  cache_->keep(case_id, ticket, view);
  return view;
}

std::expected<std::vector<HistoryEntry>, StoreError> ViewStore::history(std::string_view case_id,
                                                                        std::uint32_t from,
                                                                        std::size_t limit) const {
  std::string prefix = partition_prefix(events::partition_of(case_id, partitions_));
  put_text(prefix, case_id);
  const std::string end = after_prefix(prefix);
  const rocksdb::Slice lower = slice(prefix);
  const rocksdb::Slice upper = slice(end);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower;
  options.iterate_upper_bound = &upper;
  const auto rows = database_->iterate(options, Family::history);
  std::string start = prefix;
  put_u32(start, from);
  // The row that holds `from` may begin before it.
  rows->SeekForPrev(slice(start));
  if (!rows->Valid()) rows->SeekToFirst();
  std::vector<HistoryEntry> out;
  for (; rows->Valid() && out.size() < limit; rows->Next()) {
    std::uint32_t version = KeyReader(text(rows->key()).substr(prefix.size())).u32();
    KeyReader value(text(rows->value()));
    Sequence sequence = 0;
    for (; !value.rest().empty() && value.ok() && out.size() < limit; ++version) {
      sequence += value.varint();
      if (version >= from) out.push_back({version, sequence});
    }
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  return out;
}

std::optional<CommandRecord> ViewStore::find_command(std::string_view id,
                                                     std::string_view case_id) const {
  const Partition of_case = events::partition_of(case_id, partitions_);
  for (Partition partition = 0; partition < partitions_; ++partition) {
    if (!case_id.empty() && partition != of_case) continue;
    std::string key = partition_prefix(partition);
    key += id;
    const auto stored = database_->get(Family::command, key);
    if (!stored || !*stored) continue;
    auto record = decode_command(partition, id, **stored);
    if (record.time + command_memory < newest_time()) return std::nullopt;
    return record;
  }
  return std::nullopt;
}

std::vector<Due> ViewStore::due_before(Instant until, std::size_t limit, DueOf which,
                                       std::optional<Partition> only) const {
  std::vector<Due> out;
  const Snapshot snapshot(*database_);
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  const auto rows = database_->iterate(options, Family::due);
  const auto collect = [&](Partition partition, bool imported) {
    std::string prefix = partition_prefix(partition);
    put_u8(prefix, imported ? 1 : 0);
    std::size_t taken = 0;
    for (rows->Seek(slice(prefix)); rows->Valid() && taken < limit; rows->Next()) {
      if (!text(rows->key()).starts_with(prefix)) break;
      KeyReader key(text(rows->key()).substr(prefix.size()));
      const Instant at = key.instant();
      if (at > until) break;
      out.push_back({at, key.text(), imported});
      ++taken;
    }
  };
  for (Partition partition = 0; partition < partitions_; ++partition) {
    if (only && partition != *only) continue;
    if (which != DueOf::imported) collect(partition, false);
    if (which != DueOf::live) collect(partition, true);
  }
  std::ranges::sort(out, [](const Due& a, const Due& b) {
    return std::tie(a.at, a.case_id) < std::tie(b.at, b.case_id);
  });
  std::unordered_set<std::string_view> seen;
  std::vector<Due> once;
  for (Due& due : out) {
    if (once.size() == limit) break;
    if (seen.insert(due.case_id).second) once.push_back(due);
  }
  return once;
}

std::optional<Instant> ViewStore::next_due() const {
  std::optional<Instant> earliest;
  const auto rows = database_->iterate({}, Family::due);
  for (Partition partition = 0; partition < partitions_; ++partition) {
    std::string prefix = partition_prefix(partition);
    put_u8(prefix, 0);
    rows->Seek(slice(prefix));
    if (!rows->Valid() || !text(rows->key()).starts_with(prefix)) continue;
    const Instant at = KeyReader(text(rows->key()).substr(prefix.size())).instant();
    if (!earliest || at < *earliest) earliest = at;
  }
  return earliest;
}

std::vector<std::string> ViewStore::cases_with_outbox(std::size_t limit,
                                                      std::optional<Partition> only) const {
  std::vector<std::string> out;
  const auto rows = database_->iterate({}, Family::outbox);
  const std::string prefix = only ? partition_prefix(*only) : std::string();
  for (rows->Seek(slice(prefix)); rows->Valid() && out.size() < limit; rows->Next()) {
    if (!text(rows->key()).starts_with(prefix)) break;
    out.emplace_back(text(rows->key()).substr(sizeof(Partition)));
  }
  return out;
}

Sequence ViewStore::applied(Partition partition) const { return progress_->get(partition); }

Instant ViewStore::newest_time() const {
  return Instant{std::chrono::milliseconds{progress_->newest_ms.load()}};
}

void ViewStore::on_hurry(const void* writer, std::function<void()> hurry) {
  const std::lock_guard lock(progress_->mutex);
  if (hurry) {
    progress_->writers[writer] = std::move(hurry);
  } else {
    progress_->writers.erase(writer);
  }
}

void ViewStore::hurry() const {
  const std::lock_guard lock(progress_->mutex);
  progress_->hurry();
}

bool ViewStore::wait_applied(Position position,
                             std::chrono::steady_clock::time_point deadline) const {
  return progress_->wait(position, deadline);
}

std::vector<std::pair<std::string, std::uint64_t>> ViewStore::figures() const {
  static constexpr std::array<const char*, 6> properties{
      "rocksdb.estimate-num-keys",
      "rocksdb.total-sst-files-size",
      "rocksdb.cur-size-all-mem-tables",
      "rocksdb.estimate-table-readers-mem",
      "rocksdb.estimate-pending-compaction-bytes",
      "rocksdb.num-running-compactions"};
  std::vector<std::pair<std::string, std::uint64_t>> out;
  for (const char* property : properties) {
    std::uint64_t value = 0;
    if (database_->db().GetAggregatedIntProperty(property, &value)) {
      out.emplace_back(property, value);
    }
  }
  std::uint64_t cache = 0;
  if (database_->db().GetIntProperty(database_->family(Family::state), "rocksdb.block-cache-usage",
                                     &cache)) {
    out.emplace_back("rocksdb.block-cache-usage", cache);
  }
  return out;
}

}  // namespace huiyin::projections
