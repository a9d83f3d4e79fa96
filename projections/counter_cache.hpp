// The counters of load and stats: read, changed and written once per batch, however many cases
// touch them. One thread.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "database.hpp"
#include "sorted_batch.hpp"

namespace huiyin::projections {

void put_count(std::string& out, std::uint64_t count);
std::uint64_t read_count(std::string_view value);

class CounterCache {
 public:
  void add(Family family, std::string_view key, std::int64_t delta);
  // Adds the changed counters to a batch; after it is written call kept(), else forget().
  rocksdb::Status write_to(SortedBatch& rows, const Database& database);
  void kept();
  void forget();

 private:
  struct Counter {
    std::int64_t value = 0;
    std::int64_t delta = 0;
    bool known = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };
  using Map = std::unordered_map<std::string, Counter, Hash, std::equal_to<>>;

  Map counters_;  // by family byte and key
  std::vector<Map::value_type*> touched_;
  std::string scratch_;
};

}  // namespace huiyin::projections
