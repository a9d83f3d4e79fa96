#include "sorted_runs.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <rocksdb/sst_file_writer.h>

namespace huiyin::projections {
namespace {

constexpr std::size_t run_bytes = 24U << 20U;  // per family and thread, before it goes to a file

std::uint64_t first_bytes(std::string_view key) {
  std::uint64_t out = 0;
  const auto rest = key.substr(std::min(key.size(), sizeof(events::Partition)));
  std::memcpy(&out, rest.data(), std::min(rest.size(), sizeof(out)));
  return std::byteswap(out);
}

}  // namespace

rocksdb::Status SortedRuns::add(std::string_view key, std::string_view value) {
  if (buffer_.size() + key.size() + value.size() > run_bytes && !rows_.empty()) {
    if (const auto status = write_run(); !status.ok()) return status;
  }
  const Row row{first_bytes(key), static_cast<std::uint32_t>(buffer_.size()),
                static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())};
  sorted_ = sorted_ && (rows_.empty() || this->key(rows_.back()) < key);
  buffer_ += key;
  buffer_ += value;
  rows_.push_back(row);
  return rocksdb::Status::OK();
}

rocksdb::Status SortedRuns::write_run() {
  if (!sorted_) {
    std::ranges::sort(rows_, [&](const Row& a, const Row& b) {
      return a.start != b.start ? a.start < b.start : key(a) < key(b);
    });
  }
  const auto file = (directory_ / (std::string(events::name_of(family_)) + "-" + name_ + "-" +
                                   std::to_string(files_.size()) + ".sst"))
                        .string();
  auto* const handle = database_.family(family_);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), database_.db().GetOptions(handle), handle);
  auto status = writer.Open(file);
  for (const Row& row : rows_) {
    if (!status.ok()) return status;
    status = writer.Put(slice(key(row)), {buffer_.data() + row.at + row.key_size, row.value_size});
  }
  if (status.ok()) status = writer.Finish();
  if (!status.ok()) return status;
  files_.push_back(file);
  buffer_.clear();
  rows_.clear();
  sorted_ = true;
  return status;
}

rocksdb::Status SortedRuns::ingest() {
  if (!rows_.empty()) {
    if (const auto status = write_run(); !status.ok()) return status;
  }
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;  // no second write into a finished file
  // One by one: runs of one partition overlap.
  for (const std::string& file : files_) {
    const auto status =
        database_.db().IngestExternalFile(database_.family(family_), {file}, options);
    if (!status.ok()) return status;
  }
  files_.clear();
  return rocksdb::Status::OK();
}

}  // namespace huiyin::projections
