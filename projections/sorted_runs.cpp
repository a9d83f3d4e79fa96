#include "sorted_runs.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>

#include <rocksdb/sst_file_writer.h>
#include <xxhash.h>

namespace huiyin::projections {
namespace {

constexpr std::size_t run_bytes = 24U << 20U;  // per family and thread, before it goes to a file

constexpr std::size_t rows_ahead = 8;

std::uint64_t first_bytes(std::string_view text) {
  std::uint64_t out = 0;
  std::memcpy(&out, text.data(), std::min(text.size(), sizeof(out)));
  return std::byteswap(out);
}

}  // namespace

std::size_t SortedRuns::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

std::uint32_t SortedRuns::head_number(std::string_view head) {
  const auto found = head_numbers_.find(head);
  if (found != head_numbers_.end()) return found->second;
  const auto number = static_cast<std::uint32_t>(heads_.size());
  heads_.emplace_back(head);
  head_numbers_.emplace(heads_.back(), number);
  return number;
}

rocksdb::Status SortedRuns::add(std::string_view key, std::size_t head_size,
                                std::string_view value) {
  if (buffer_.size() + key.size() + value.size() > run_bytes && !rows_.empty()) {
    if (const auto status = write_run(); !status.ok()) return status;
  }
  // Without a head of its own a key still begins with the partition, the same for all.
  const std::size_t shared = head_size > 0 ? head_size : sizeof(events::Partition);
  const std::uint32_t head = head_size > 0 ? head_number(key.substr(0, shared)) : 0;
  sorted_ = sorted_ && (rows_.empty() || this->key(rows_.back()) < key);
  rows_.push_back(
      {first_bytes(key.substr(shared)), head, static_cast<std::uint32_t>(buffer_.size()),
       static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(value.size())});
  buffer_ += key;
  buffer_ += value;
  return rocksdb::Status::OK();
}

void SortedRuns::sort() {
  if (sorted_) return;
  std::vector<std::uint32_t> order(heads_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {},
                    [&](std::uint32_t head) -> std::string_view { return heads_[head]; });
  std::vector<std::uint32_t> rank(heads_.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  if (!rank.empty()) {
    for (Row& row : rows_) row.head = rank[row.head];
  }
  std::ranges::sort(rows_, [&](const Row& a, const Row& b) {
    if (a.head != b.head) return a.head < b.head;
    return a.start != b.start ? a.start < b.start : key(a) < key(b);
  });
}

rocksdb::Status SortedRuns::write_run() {
  sort();
  const auto file = (database_.directory() / (std::string(events::name_of(family_)) + "-" + name_ +
                                              "-" + std::to_string(files_.size()) + ".sst"))
                        .string();
  auto* const handle = database_.family(family_);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), database_.db().GetOptions(handle), handle);
  auto status = writer.Open(file);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (!status.ok()) return status;
    // In sorted order the bytes lie anywhere: fetch them while those before are written.
    if (i + rows_ahead < rows_.size()) {
      __builtin_prefetch(buffer_.data() + rows_[i + rows_ahead].at);
    }
    const Row& row = rows_[i];
    status = writer.Put(slice(key(row)), {buffer_.data() + row.at + row.key_size, row.value_size});
  }
  if (status.ok()) status = writer.Finish();
  if (!status.ok()) return status;
  files_.push_back(file);
  buffer_.clear();
  rows_.clear();
  head_numbers_.clear();
  heads_.clear();
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
