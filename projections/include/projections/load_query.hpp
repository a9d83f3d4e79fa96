// How much lies on whom.
#pragma once

#include "projections/list_query.hpp"
#include "projections/measures.hpp"

namespace huiyin::projections {

// Local policy, the documents are silent: what is late or comes back weighs more than what is
// merely open.
struct LoadWeights {
  std::int64_t open = 1;
  std::int64_t due_soon = 1;
  std::int64_t overdue = 3;
  std::int64_t rehandling = 2;
  std::int64_t key = 2;
  std::int64_t promised = 1;
};

struct LoadQuery {
  LoadBy by = LoadBy::organ;
  std::string holder;  // empty: all
  Instant now{};       // ages count to it
  // Months of `closed`, from that of `from` to that of `to`, both whole. Absent: all time.
  std::optional<Date> from, to;
  Scope scope;
  LoadWeights weights;
  std::size_t limit = max_page;
};

struct LoadRow {
  std::string holder;
  std::uint64_t open = 0, due_soon = 0, overdue = 0, unrated = 0, promised = 0, rehandling = 0,
                key = 0, closed = 0;
  std::int64_t weighted = 0;
  // Of open cases, from the day of collection; exact to the week.
  std::optional<std::int64_t> median_age_days;
  std::optional<std::int64_t> oldest_age_days;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("holder", holder), required("open", open), required("due_soon", due_soon),
       required("overdue", overdue), required("unrated", unrated), required("promised", promised),
       required("rehandling", rehandling), required("key", key), required("closed", closed),
       required("weighted", weighted), optional("median_age_days", median_age_days),
       optional("oldest_age_days", oldest_age_days));
  }
};

struct LoadPage {
  std::vector<LoadRow> items;  // the heaviest first
  std::uint64_t total = 0;     // holders

  template <class Archive>
  void serialize(Archive& ar) {
    ar(events::required("items", items), events::required("total", total));
  }
};

// A region's row includes the regions within it, so rows by region do not add up. `forbidden`: by
// something that the scope does not reach.
std::expected<LoadPage, StoreError> load(const ViewStore& store, const LoadQuery& query);

}  // namespace huiyin::projections
