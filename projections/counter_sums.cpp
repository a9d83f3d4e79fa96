#include "counter_sums.hpp"

#include <algorithm>
#include <cstring>

#include <rocksdb/write_batch.h>

#include "counter_cache.hpp"

namespace huiyin::projections {
namespace {

constexpr std::size_t max_sums = 1'000'000;  // about 120 MiB

}  // namespace

rocksdb::Status CounterSums::add(std::string_view key, std::uint64_t hash,
                                 std::uint32_t head_size) {
  const auto found = sums_.find(Key{key, hash});
  if (found != sums_.end()) {
    ++found->second.count;
    return rocksdb::Status::OK();
  }
  if (sums_.size() >= max_sums) {
    if (const auto status = spill(); !status.ok()) return status;
  }
  char* const kept = static_cast<char*>(texts_.allocate(key.size(), 1));
  std::memcpy(kept, key.data(), key.size());
  sums_.emplace(Key{{kept, key.size()}, hash}, Sum{1, head_size});
  return rocksdb::Status::OK();
}

rocksdb::Status CounterSums::spill() {
  spilled_ = true;
  rocksdb::WriteOptions no_log;
  no_log.disableWAL = true;
  CounterCache counters;
  for (const auto& [key, sum] : sums_) {
    counters.add(family_, key.text, static_cast<std::int64_t>(sum.count));
  }
  SortedBatch rows;
  rocksdb::WriteBatch batch;
  auto status = counters.write_to(rows, database_);
  if (status.ok()) status = rows.move_to(batch, database_);
  if (status.ok()) status = database_.db().Write(no_log, &batch);
  sums_.clear();
  texts_.release();
  return status;
}

rocksdb::Status CounterSums::finish(SortedRuns& runs) {
  if (spilled_) return spill();
  std::string value;
  for (const auto& [key, sum] : sums_) {
    value.clear();
    put_count(value, sum.count);
    if (const auto status = runs.add(key.text, sum.head_size, value); !status.ok()) return status;
  }
  sums_.clear();
  texts_.release();
  return rocksdb::Status::OK();
}

}  // namespace huiyin::projections
