#include "counter_cache.hpp"

#include <cstring>

#include <xxhash.h>

namespace huiyin::projections {
namespace {

constexpr std::size_t max_counters = 100'000;  // about 15 MiB; then it starts over, empty

}  // namespace

void put_count(std::string& out, std::uint64_t count) {
  out.append(reinterpret_cast<const char*>(&count), sizeof(count));
}

std::uint64_t read_count(std::string_view value) {
  std::uint64_t count = 0;
  if (value.size() == sizeof(count)) std::memcpy(&count, value.data(), sizeof(count));
  return count;
}

std::size_t CounterCache::Hash::operator()(std::string_view text) const {
  return XXH3_64bits(text.data(), text.size());
}

void CounterCache::add(Family family, std::string_view key, std::int64_t delta) {
  scratch_.assign(1, static_cast<char>(family));
  scratch_ += key;
  auto found = counters_.find(std::string_view{scratch_});
  if (found == counters_.end()) found = counters_.emplace(scratch_, Counter{}).first;
  if (found->second.delta == 0) touched_.push_back(&*found);
  found->second.delta += delta;
}

rocksdb::Status CounterCache::write_to(SortedBatch& rows, const Database& database) {
  std::string stored;
  for (auto* entry : touched_) {
    Counter& counter = entry->second;
    if (counter.delta == 0) continue;  // changed and changed back, or listed twice
    const auto family = static_cast<Family>(entry->first.front());
    const std::string_view key = std::string_view{entry->first}.substr(1);
    if (!counter.known) {
      const auto status = database.db().Get({}, database.family(family), slice(key), &stored);
      if (!status.ok() && !status.IsNotFound()) return status;
      counter.value = status.ok() ? static_cast<std::int64_t>(read_count(stored)) : 0;
      counter.known = true;
    }
    counter.value += counter.delta;
    counter.delta = 0;
    if (counter.value == 0) {
      rows.remove(family, key);
    } else {
      stored.clear();
      put_count(stored, static_cast<std::uint64_t>(counter.value));
      rows.put(family, key, stored);
    }
  }
  return rocksdb::Status::OK();
}

void CounterCache::kept() {
  touched_.clear();
  if (counters_.size() > max_counters) counters_.clear();
}

void CounterCache::forget() {
  touched_.clear();
  counters_.clear();
}

}  // namespace huiyin::projections
