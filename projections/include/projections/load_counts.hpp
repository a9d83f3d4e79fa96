// The load of one partition's cases as running counts, for those who are told of every change
// instead of asking the view.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "events/field.hpp"
#include "projections/case_state.hpp"
#include "projections/measures.hpp"
#include "projections/store_error.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

// What lies on one holder in one partition; holders have a row in each, whose sum is theirs. By
// region a row is of the cases of that very code.
struct HolderLoad {
  LoadBy by{};
  std::string holder;
  std::int64_t open = 0, due_soon = 0, overdue = 0, unrated = 0, promised = 0, rehandling = 0,
               key = 0, closed = 0;

  bool empty() const;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("by", by), required("holder", holder), required("open", open),
       required("due_soon", due_soon), required("overdue", overdue), required("unrated", unrated),
       required("promised", promised), required("rehandling", rehandling), required("key", key),
       required("closed", closed));
  }
};

// One thread at a time.
class LoadCounts {
 public:
  // Nothing yet.
  explicit LoadCounts(Partition partition) : partition_(partition) {}
  // As the views have it.
  static std::expected<LoadCounts, StoreError> read(const ViewStore& store, Partition partition);

  // A case went from one state to another; null: it is not there. The same the other way round
  // takes it back.
  void change(const CaseState* before, const CaseState* after);
  // The rows that changes have touched since the last call; empty ones are gone.
  std::vector<HolderLoad> take_touched();

 private:
  using Key = std::pair<LoadBy, std::string>;
  void count(const CaseState& state, std::int64_t step);
  void add(std::string_view key, std::int64_t count);

  Partition partition_;
  std::map<Key, HolderLoad> holders_;
  std::set<Key> touched_;
};

}  // namespace huiyin::projections
