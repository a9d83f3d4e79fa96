// Cases as they were last read, with their JSON: so that reading one over HTTP costs a look-up.
// Bounded in bytes, sharded, thread-safe.
#pragma once

#include <array>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "projections/view_store.hpp"

namespace huiyin::projections {

class CaseCache {
 public:
  explicit CaseCache(std::size_t max_bytes) : max_shard_bytes_(max_bytes / shard_count) {}

  // Null when it is not here. `ticket` is what keep() needs to know that nothing changed between.
  std::shared_ptr<const CaseView> find(std::string_view case_id, std::uint64_t& ticket);
  // Keeps what was read from the store since find(), unless a case of that shard changed meanwhile.
  void keep(std::string_view case_id, std::uint64_t ticket, std::shared_ptr<const CaseView> view);
  // After a case changed in the store.
  void forget(std::string_view case_id);

 private:
  static constexpr std::size_t shard_count = 16;
  struct Entry {
    std::string id;
    std::shared_ptr<const CaseView> view;
    std::size_t bytes;
  };
  struct Shard {
    std::mutex mutex;
    std::uint64_t changes = 0;
    std::size_t bytes = 0;
    std::list<Entry> used;  // the newest first
    std::unordered_map<std::string_view, std::list<Entry>::iterator> by_id;

    void drop(std::list<Entry>::iterator entry);
  };
  Shard& shard(std::string_view case_id) {
    return shards_[std::hash<std::string_view>{}(case_id) % shard_count];
  }

  std::size_t max_shard_bytes_;
  std::array<Shard, shard_count> shards_;
};

}  // namespace huiyin::projections
