#include "database.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include "keys.hpp"

namespace huiyin::projections {
namespace {

constexpr std::uint64_t max_wal_bytes = 256U << 20U;  // a quiet family must not pin WALs for ever
constexpr std::size_t busy_families = 3;              // whose memtables may be full at a time
constexpr int background_jobs = 2;                    // below 8: TECH.md 4.4
constexpr double bloom_bits = 10;
constexpr int read_only_attempts = 5;
// Rows of due times are deleted as they fire, all at the front: without this a scan from the front
// would wade through ever more tombstones.
constexpr std::size_t tombstone_window = 4096;
constexpr std::size_t tombstone_trigger = 2048;

class ForgetCommands : public rocksdb::CompactionFilter {
 public:
  explicit ForgetCommands(std::shared_ptr<std::atomic<std::int64_t>> log_time_ms)
      : log_time_ms_(std::move(log_time_ms)) {}
  const char* Name() const override { return "huiyin.forget_commands"; }
  bool Filter(int /*level*/, const rocksdb::Slice& /*key*/, const rocksdb::Slice& value,
              std::string* /*new_value*/, bool* /*changed*/) const override {
    const Instant time = KeyReader(text(value)).instant();
    const Instant now{std::chrono::milliseconds{log_time_ms_->load(std::memory_order_relaxed)}};
    return time + command_memory < now;
  }

 private:
  std::shared_ptr<std::atomic<std::int64_t>> log_time_ms_;
};

bool read_by_key(Family family) {
  switch (family) {
    case Family::state:
    case Family::status:
    case Family::command:
    case Family::load:
    case Family::stats:
      return true;
    case Family::history:
    case Family::meta:
    case Family::index:
    case Family::due:
    case Family::overdue:
    case Family::outbox:
      return false;
  }
  return false;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const StoreOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 8U << 10U;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions out;
  if (read_by_key(family)) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(bloom_bits, false));
    out.memtable_prefix_bloom_size_ratio = 0.05;
    out.memtable_whole_key_filtering = true;
  }
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // Batches come sorted (sorted_batch.hpp): the place of the last row of a partition is a hint.
  out.memtable_insert_with_hint_prefix_extractor.reset(
      rocksdb::NewFixedPrefixTransform(sizeof(Partition)));
  out.compression = rocksdb::kLZ4Compression;
  out.write_buffer_size = options.write_buffer_bytes;
  out.max_write_buffer_number = 2;  // TECH.md 4.4
  out.level_compaction_dynamic_level_bytes = true;
  if (family == Family::due || family == Family::outbox || family == Family::overdue) {
    out.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(tombstone_window, tombstone_trigger));
  }
  return out;
}

}  // namespace

StoreError to_error(const rocksdb::Status& status) {
  auto code = StoreErrorCode::unavailable;
  if (status.IsCorruption()) code = StoreErrorCode::corrupt;
  if (status.IsNoSpace()) code = StoreErrorCode::full;
  return {code, status.ToString()};
}

Database::Database(std::filesystem::path directory)
    : directory_(std::move(directory)),
      log_time_ms_(std::make_shared<std::atomic<std::int64_t>>(0)),
      forget_commands_(std::make_unique<ForgetCommands>(log_time_ms_)) {}

std::vector<rocksdb::ColumnFamilyDescriptor> Database::descriptors(
    const StoreOptions& options) const {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < family_count; ++i) {
    const auto family = static_cast<Family>(i);
    auto own = family_options(family, options, cache);
    if (family == Family::command) own.compaction_filter = forget_commands_.get();
    families.emplace_back(std::string(events::name_of(family)), own);
  }
  families.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  return families;
}

void Database::keep(const std::vector<rocksdb::ColumnFamilyHandle*>& handles) {
  for (std::size_t i = 0; i < family_count; ++i) families_[i] = handles[i];
  db_->DestroyColumnFamilyHandle(handles.back());
}

std::expected<std::unique_ptr<Database>, StoreError> Database::open(
    const std::filesystem::path& directory, const StoreOptions& options) {
  std::unique_ptr<Database> out(new Database(directory));
  rocksdb::DBOptions db_options;
  db_options.create_if_missing = true;
  db_options.create_missing_column_families = true;
  db_options.max_total_wal_size = max_wal_bytes;
  db_options.db_write_buffer_size = busy_families * options.write_buffer_bytes;
  db_options.max_background_jobs = background_jobs;
  db_options.max_open_files = -1;
  db_options.keep_log_file_num = 5;
  db_options.stats_dump_period_sec = 0;
  db_options.info_log_level = rocksdb::WARN_LEVEL;
  // A prefix of what was applied, consistent with its positions; the rest comes from the log again.
  db_options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;

  std::error_code ignored;
  std::filesystem::create_directories(directory, ignored);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const auto status = rocksdb::DB::Open(db_options, directory.string(), out->descriptors(options),
                                        &handles, &out->db_);
  if (!status.ok()) {
    StoreError error = to_error(status);
    if (error.detail.find("lock") != std::string::npos) {
      error = {StoreErrorCode::busy, "the views in " + directory.string() +
                                         " are open in another process; stop that one first"};
    }
    return std::unexpected(error);
  }
  out->keep(handles);
  return out;
}

std::expected<std::unique_ptr<Database>, StoreError> Database::open_read_only(
    const std::filesystem::path& directory, const StoreOptions& options) {
  rocksdb::DBOptions db_options;
  db_options.max_open_files =
      -1;  // all are open from here on: what a writer deletes stays readable
  db_options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::Status status;
  // A writer may delete a file between our reading its list and opening it: then the list is new.
  for (int attempt = 0; attempt < read_only_attempts; ++attempt) {
    std::unique_ptr<Database> out(new Database(directory));
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    status = rocksdb::DB::OpenForReadOnly(db_options, directory.string(), out->descriptors(options),
                                          &handles, &out->db_);
    if (status.ok()) {
      out->keep(handles);
      return out;
    }
  }
  return std::unexpected(to_error(status));
}

Database::~Database() {
  if (db_ == nullptr) return;
  // What the write-ahead log holds is replayed by every reader that opens beside or after us:
  // seconds, after an import. A read-only database refuses, and has nothing to flush.
  const std::vector<rocksdb::ColumnFamilyHandle*> all(families_.begin(), families_.end());
  db_->Flush(rocksdb::FlushOptions(), all).PermitUncheckedError();
  for (auto* handle : families_) db_->DestroyColumnFamilyHandle(handle);
  delete db_;
}

std::expected<std::optional<std::string>, StoreError> Database::get(
    Family family, std::string_view key, const rocksdb::Snapshot* at) const {
  rocksdb::ReadOptions options;
  options.snapshot = at;
  std::string value;
  const auto status = db_->Get(options, this->family(family), slice(key), &value);
  if (status.ok()) return value;
  if (status.IsNotFound()) return std::nullopt;
  return std::unexpected(to_error(status));
}

}  // namespace huiyin::projections
