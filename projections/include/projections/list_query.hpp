// Cases by what they are now: filtered, sorted, paged.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "projections/scope.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

// Empty means any. A region or a category stands also for what lies in it.
struct ListFilter {
  std::string stage, organ, deputy, station, region, category, class_code, supervisor;
  std::optional<events::Kind> kind;
  std::optional<bool> overdue;
  std::optional<bool> ended;
};

enum class ListSort : std::uint8_t { newest, oldest, updated, least_updated, due };
constexpr auto names(ListSort) {
  return std::array<std::string_view, 5>{"-collected", "collected", "-updated", "updated", "due"};
}

inline constexpr std::size_t max_page = 500;          // DESIGN.md section 8
inline constexpr std::uint64_t exact_total = 10'000;  // beyond: total_at_least

struct ListQuery {
  ListFilter filter;
  Scope scope;
  ListSort sort = ListSort::newest;
  std::size_t limit = 50;
  std::string cursor;          // `next` of the page before; of the same query
  bool count_exactly = false;  // however long it takes (the CLI's --count)
  // The ids that a text search found: only these are looked at. `complete` says that it found no
  // more than it returned.
  std::optional<std::vector<std::string>> candidates;
  bool candidates_complete = true;
};

struct ListPage {
  std::vector<StatusRow> items;  // may be fewer than asked for although there are more
  std::string next;              // empty at the end
  std::optional<std::uint64_t> total;
  std::optional<std::uint64_t> total_at_least;

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("items", items), optional("next", next), optional("total", total),
       optional("total_at_least", total_at_least));
  }
};

// `too_broad`: a sort other than by collection over more than it may read. `invalid`: a cursor of
// another query. Thread-safe.
std::expected<ListPage, StoreError> list(const ViewStore& store, const ListQuery& query);

}  // namespace huiyin::projections
