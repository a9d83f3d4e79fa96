// Counters of one partition while it is rebuilt: sums in memory, then rows. One thread.
#pragma once

#include <memory_resource>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "sorted_runs.hpp"

namespace huiyin::projections {

class CounterSums {
 public:
  CounterSums(Database& database, Family family) : database_(database), family_(family) {}

  // `hash` is that of RowSet: no second hash of the key.
  rocksdb::Status add(std::string_view key, std::uint64_t hash, std::uint32_t head_size);
  rocksdb::Status finish(SortedRuns& runs);

 private:
  struct Key {
    std::string_view text;
    std::uint64_t hash;
    bool operator==(const Key& other) const { return hash == other.hash && text == other.text; }
  };
  struct Hash {
    using is_avalanching = void;
    std::size_t operator()(const Key& key) const { return key.hash; }
  };
  // More sums than fit are added to the store, and the rest after them.
  rocksdb::Status spill();

  Database& database_;
  Family family_;
  std::pmr::monotonic_buffer_resource texts_;
  struct Sum {
    std::uint64_t count;
    std::uint32_t head_size;
  };
  boost::unordered_flat_map<Key, Sum, Hash> sums_;
  bool spilled_ = false;
};

}  // namespace huiyin::projections
