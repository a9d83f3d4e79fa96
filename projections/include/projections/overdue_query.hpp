// Clock instances that are past due or due soon, in the order of their due dates.
#pragma once

#include <functional>

#include "projections/list_query.hpp"

namespace huiyin::projections {

struct DaysOver {
  std::int64_t days = 0;  // negative: still to come
  std::int64_t working_days = 0;
};

struct OverdueQuery {
  std::string holder, supervisor, region, clock;  // empty: any
  std::optional<events::Colour> colour;
  std::optional<bool> missed;  // true: past due alone; false: due soon alone
  Scope scope;
  std::size_t limit = 50;
  std::string cursor;
  bool count_exactly = false;
  // How far a due date lies back now; calendars are the caller's.
  std::function<DaysOver(Instant due)> days_over;
};

struct OverdueItem {
  OverdueRow row;
  std::string title, stage;
  events::Kind kind{};
  std::int64_t days_over = 0;
  std::int64_t working_days_over = 0;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    row.serialize(ar);
    ar(required("title", title), required("stage", stage), required("kind", kind),
       required("days_over", days_over), required("working_days_over", working_days_over));
  }
};

struct OverduePage {
  std::vector<OverdueItem> items;
  std::string next;
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> total_at_least;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("items", items), optional("next", next), optional("total", total),
       optional("total_at_least", total_at_least));
  }
};

std::expected<OverduePage, StoreError> overdue(const ViewStore& store, const OverdueQuery& query);

}  // namespace huiyin::projections
