// The states that the decider works on: those that the views do not hold yet, which must stay, and
// beyond them the latest used within a budget.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace huiyin::engine {

template <class Kind>
class StateCache {
 public:
  using State = typename Kind::State;

  struct Entry {
    std::string id;
    std::shared_ptr<State> state;  // never null
    std::uint64_t chunk = 0;       // in which it last changed; 0: as the views have it
    std::size_t change = 0;        // where in that chunk's changes
    std::size_t bytes = 0;
  };

  explicit StateCache(std::size_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // Null when it is not here. Valid until the next call that puts or trims.
  Entry* find(std::string_view id) {
    const auto found = index_.find(id);
    if (found == index_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &*found->second;
  }

  Entry& put(std::string id, std::shared_ptr<State> state, std::uint64_t chunk) {
    entries_.push_front({std::move(id), nullptr, chunk, 0, 0});
    Entry& entry = entries_.front();
    index_.emplace(entry.id, entries_.begin());
    replace(entry, std::move(state));
    return entry;
  }

  void replace(Entry& entry, std::shared_ptr<State> state) {
    entry.state = std::move(state);
    bytes_ -= entry.bytes;
    entry.bytes = Kind::bytes(*entry.state) + overhead_bytes;
    bytes_ += entry.bytes;
  }

  // Drops the longest unused down to the budget, except what changed after chunk `applied`.
  void trim(std::uint64_t applied) {
    while (bytes_ > budget_bytes_ && !entries_.empty() && entries_.back().chunk <= applied) {
      bytes_ -= entries_.back().bytes;
      index_.erase(entries_.back().id);
      entries_.pop_back();
    }
  }

  void clear() {
    index_.clear();
    entries_.clear();
    bytes_ = 0;
  }

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }

 private:
  static constexpr std::size_t overhead_bytes = 200;  // list and index nodes, the id

  std::size_t budget_bytes_;
  std::size_t bytes_ = 0;
  std::list<Entry> entries_;  // latest used first
  std::unordered_map<std::string_view, typename std::list<Entry>::iterator> index_;
};

}  // namespace huiyin::engine
