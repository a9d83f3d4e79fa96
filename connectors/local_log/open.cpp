// Opening a log, and every reason to refuse it.
#include <charconv>

#include <rocksdb/sst_file_reader.h>

#include "state.hpp"

namespace huiyin::local_log {
namespace {

using events::LogError;
using events::LogErrorCode;
using events::Partition;
using events::Sequence;
using Families = std::vector<rocksdb::ColumnFamilyHandle*>;

std::unexpected<LogError> refuse(LogErrorCode code, std::string detail) {
  return std::unexpected(LogError{code, std::move(detail)});
}

// The tables whose footer or index cannot be read: RocksDB often refuses without naming them.
std::string unreadable_tables(const std::filesystem::path& directory) {
  std::string found;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(directory, failed)) {
    if (entry.path().extension() != ".sst") continue;
    rocksdb::SstFileReader table{rocksdb::Options()};
    const auto status = table.Open(entry.path().string());
    if (!status.ok()) found += "; " + entry.path().string() + ": " + status.ToString();
  }
  return found;
}

LogError open_error(const rocksdb::Status& status, const std::filesystem::path& directory,
                    const Warnings& warnings) {
  if (status.ToString().contains("lock")) {
    return {LogErrorCode::unavailable,
            directory.string() + " is in use by another process (" + status.ToString() +
                "): stop that one, or open another directory, or read it read-only"};
  }
  LogError error = log_error(status, directory.string() + " cannot be opened");
  // Where there is a log, a file of it that is not there was lost.
  if (status.IsPathNotFound()) error.code = LogErrorCode::corrupt;
  if (error.code != LogErrorCode::corrupt) return error;
  if (const std::string words = warnings.text(); !words.empty()) error.detail += "; " + words;
  error.detail += unreadable_tables(directory);
  // A missing table is tried under its suffix of ten years ago, and that one is reported.
  for (auto at = error.detail.find(".ldb"); at != std::string::npos;
       at = error.detail.find(".ldb", at)) {
    error.detail.replace(at, 4, ".sst");
  }
  error.detail += ". Nothing was changed: keep the directory and restore a backup.";
  return error;
}

// The families that are there; none when there is no log.
std::vector<std::string> existing_families(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  if (!std::filesystem::exists(directory / "CURRENT", ignored)) return names;
  if (!rocksdb::DB::ListColumnFamilies({}, directory.string(), &names).ok()) names.clear();
  return names;
}

Partition count_partitions(const std::vector<std::string>& names) {
  return static_cast<Partition>(names.empty() ? 0 : names.size() - 1);
}

std::optional<Partition> recorded_partitions(rocksdb::DB& database) {
  std::string text;
  if (!database.Get({}, partitions_key, &text).ok()) return std::nullopt;
  Partition value = 0;
  const char* const end = text.data() + text.size();
  if (std::from_chars(text.data(), end, value).ptr != end) return std::nullopt;
  return value;
}

// What writes here must know what this is: a copy would take acknowledged events without syncing
// them, and the truth would be taken for a copy that can be deleted.
std::expected<void, LogError> check_nature(rocksdb::DB& database,
                                           const std::filesystem::path& directory,
                                           const std::string& wanted) {
  std::string recorded;
  const auto status = database.Get({}, mirror_key, &recorded);
  if (!status.ok() && !status.IsNotFound())
    return std::unexpected(log_error(status, "opening " + directory.string()));
  if (recorded == wanted) return {};
  const auto name = [](const std::string& of) {
    return of.empty() ? std::string("a log of its own") : "a copy of " + of;
  };
  return refuse(LogErrorCode::unavailable,
                directory.string() + " holds " + name(recorded) + ", not " + name(wanted) +
                    ": name the folder that was meant, or give this one another place");
}

// Makes what a new log, or one whose making was interrupted, lacks. The key is written last, and
// flushed: a log without it holds nothing.
rocksdb::Status finish_making(rocksdb::DB& database, Families& families,
                              const OpenOptions& wanted) {
  const auto options = partition_options(rocksdb::NewLRUCache(cache_bytes));
  while (families.size() <= wanted.partitions) {
    rocksdb::ColumnFamilyHandle* family = nullptr;
    const auto name = family_name(static_cast<Partition>(families.size() - 1));
    const auto status = database.CreateColumnFamily(options, name, &family);
    if (!status.ok()) return status;
    families.insert(families.end() - 1, family);
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  rocksdb::Status status;
  if (!wanted.mirror_of.empty()) status = database.Put(durable, mirror_key, wanted.mirror_of);
  if (status.ok())
    status = database.Put(durable, partitions_key, std::to_string(families.size() - 1));
  return status.ok() ? database.Flush({}) : status;
}

rocksdb::Status open_database(const std::filesystem::path& directory, OpenMode mode,
                              Partition partitions, rocksdb::DBOptions options,
                              std::unique_ptr<rocksdb::DB>& database, Families& families) {
  options.create_if_missing = mode == OpenMode::create;
  const auto family = partition_options(rocksdb::NewLRUCache(cache_bytes));
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  descriptors.reserve(partitions + 1u);
  for (Partition p = 0; p < partitions; ++p) {
    descriptors.emplace_back(family_name(p), family);
  }
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      mode == OpenMode::read_only
          ? rocksdb::DB::OpenForReadOnly(options, directory.string(), descriptors, &families,
                                         &opened)
          : rocksdb::DB::Open(options, directory.string(), descriptors, &families, &opened);
  database.reset(opened);
  return status;
}

std::expected<void, LogError> check_acknowledged(const std::vector<Sequence>& acknowledged,
                                                 const std::vector<Sequence>& stored,
                                                 const std::filesystem::path& head) {
  if (acknowledged.size() != stored.size()) {
    return refuse(LogErrorCode::corrupt, head.string() + " belongs to a log with " +
                                             std::to_string(acknowledged.size()) + " partitions");
  }
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (acknowledged[i] <= stored[i]) continue;
    const auto partition = static_cast<Partition>(i);
    return refuse(LogErrorCode::corrupt,
                  "the tail of " + head.parent_path().string() +
                      " is lost: " + events::format_position({partition, acknowledged[i]}) +
                      " had been acknowledged, but the log ends at " +
                      events::format_position({partition, stored[i]}) +
                      ". Restore a backup, or remove " + head.string() +
                      " to go on without what is lost.");
  }
  return {};
}

}  // namespace

std::expected<std::vector<Sequence>, LogError> stored_ends(rocksdb::DB& database,
                                                           const Families& families,
                                                           Partition partitions) {
  std::vector<Sequence> ends(partitions);
  for (Partition p = 0; p < partitions; ++p) {
    const std::unique_ptr<rocksdb::Iterator> last(database.NewIterator({}, families[p]));
    last->SeekToLast();
    if (last->Valid()) {
      const auto sequence = sequence_of(last->key());
      if (!sequence) return refuse(LogErrorCode::corrupt, family_name(p) + " holds a foreign key");
      ends[p] = *sequence;
    } else if (!last->status().ok()) {
      return std::unexpected(log_error(last->status(), "the end of " + family_name(p)));
    }
  }
  return ends;
}

std::expected<std::unique_ptr<LocalLog>, LogError> LocalLog::open(
    const std::filesystem::path& directory, OpenMode mode, const OpenOptions& options) {
  if (options.partitions < 1 || options.partitions > max_partitions) {
    return refuse(LogErrorCode::unavailable,
                  "a log has 1 to " + std::to_string(max_partitions) + " partitions");
  }
  const bool absent = !std::filesystem::exists(directory / "CURRENT");
  if (absent && std::filesystem::exists(directory / "HEAD")) {
    return refuse(LogErrorCode::corrupt, (directory / "CURRENT").string() +
                                             " is gone though there was a log: restore a backup");
  }
  if (absent && mode != OpenMode::create) {
    return refuse(LogErrorCode::missing, "there is no log in " + directory.string());
  }
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  if (failed) {
    return refuse(LogErrorCode::unavailable, directory.string() + ": " + failed.message());
  }

  auto state = std::make_unique<State>();
  state->directory = directory;
  state->options = options;
  // Read first: it must not be ahead of a log that another process goes on writing.
  const auto acknowledged = read_head(directory / "HEAD");
  if (!acknowledged) return std::unexpected(acknowledged.error());

  const Partition there = count_partitions(existing_families(directory));
  rocksdb::DBOptions settings = database_options();
  settings.info_log = state->warnings;
  settings.listeners = {state->full_disk};
  rocksdb::Status status =
      open_database(directory, mode, there, std::move(settings), state->database, state->families);
  if (!status.ok()) return std::unexpected(open_error(status, directory, *state->warnings));

  auto recorded = recorded_partitions(*state->database);
  if (!recorded && mode == OpenMode::create && !*acknowledged) {
    status = finish_making(*state->database, state->families, options);
    if (!status.ok()) return std::unexpected(open_error(status, directory, *state->warnings));
    recorded = recorded_partitions(*state->database);
  }
  if (!recorded || state->families.size() != *recorded + 1u) {
    return refuse(LogErrorCode::corrupt,
                  directory.string() + " is no log, or was not made to the end: it has " +
                      std::to_string(state->families.size() - 1) + " partitions and records " +
                      (recorded ? std::to_string(*recorded) : "no number"));
  }
  if (mode != OpenMode::read_only) {
    const auto fits = check_nature(*state->database, directory, options.mirror_of);
    if (!fits) return std::unexpected(fits.error());
  }
  if (mode == OpenMode::create && *recorded != options.partitions) {
    return refuse(LogErrorCode::unavailable, directory.string() + " has " +
                                                 std::to_string(*recorded) +
                                                 " partitions, fixed when it was made; asked for " +
                                                 std::to_string(options.partitions));
  }

  const auto stored = stored_ends(*state->database, state->families, *recorded);
  if (!stored) return std::unexpected(stored.error());
  if (*acknowledged && options.mirror_of.empty()) {
    const auto whole = check_acknowledged(**acknowledged, *stored, directory / "HEAD");
    if (!whole) return std::unexpected(whole.error());
  }
  state->ends = std::vector<std::atomic<Sequence>>(*recorded);
  for (std::size_t i = 0; i < stored->size(); ++i) state->ends[i] = (*stored)[i];
  state->next_ends.resize(*recorded);
  if (mode == OpenMode::read_only) {
    state->stopped_by = directory.string() + " was opened read-only";
  } else {
    if (options.mirror_of.empty()) {
      auto head = HeadFile::create(directory / "HEAD", *stored);
      if (!head) return std::unexpected(head.error());
      state->head.emplace(std::move(*head));
    }
    status = state->fill_memory();
    if (!status.ok()) return std::unexpected(open_error(status, directory, *state->warnings));
  }
  return std::unique_ptr<LocalLog>(new LocalLog(std::move(state)));
}

}  // namespace huiyin::local_log
