#include "projections/overdue_query.hpp"

#include <algorithm>

#include "cursor.hpp"
#include "keys.hpp"
#include "merged_scan.hpp"
#include "record_codec.hpp"

namespace huiyin::projections {
namespace {

constexpr std::uint8_t cursor_query = 0x20;
constexpr std::uint64_t max_verified = 50'000;  // rows read to count what a filter leaves

std::string prefix(OverdueDimension dimension, std::string_view value) {
  std::string out;
  put_u8(out, static_cast<std::uint8_t>(dimension));
  put_text(out, value);
  return out;
}

// The narrowest index that the query allows, and whether its rows all match.
struct Plan {
  std::vector<std::string> prefixes;
  bool covers;
};
Plan plan_of(const OverdueQuery& query) {
  std::vector<std::vector<std::string>> found;
  const auto add = [&](OverdueDimension dimension, std::string_view value) {
    if (!value.empty()) found.push_back({prefix(dimension, value)});
  };
  add(OverdueDimension::holder, query.holder);
  const Scope& scope = query.scope;
  switch (scope.kind) {
    case ScopeKind::nothing:
    case ScopeKind::all:
      break;
    case ScopeKind::deputy:
      add(OverdueDimension::deputy, scope.id);
      break;
    case ScopeKind::organ:
      add(OverdueDimension::holder, scope.id);
      break;
    case ScopeKind::station:
      add(OverdueDimension::station, scope.id);
      break;
    case ScopeKind::supervisor: {
      if (!indexed_region(scope.region)) break;
      std::vector<std::string> either;
      if (!scope.id.empty()) either.push_back(prefix(OverdueDimension::supervisor, scope.id));
      if (!scope.region.empty()) either.push_back(prefix(OverdueDimension::region, scope.region));
      found.push_back(std::move(either));
      break;
    }
  }
  add(OverdueDimension::supervisor, query.supervisor);
  if (indexed_region(query.region)) add(OverdueDimension::region, query.region);
  if (found.empty()) found.push_back({prefix(OverdueDimension::all, "")});
  const bool unindexed = !query.clock.empty() || query.colour || query.missed ||
                         !indexed_region(query.region) || !indexed_region(query.scope.region);
  return {found.front(), found.size() == 1 && !unindexed};
}

bool matches(const OverdueQuery& query, const OverdueRow& row) {
  const auto equal = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  return visible(query.scope, row) && equal(query.holder, row.holder) &&
         (equal(query.supervisor, row.supervisor) ||
          std::ranges::find(row.joining, query.supervisor) != row.joining.end()) &&
         (query.region.empty() || region_within(row.region, query.region)) &&
         equal(query.clock, row.key.clock) && (!query.colour || *query.colour == row.colour) &&
         (!query.missed || *query.missed == row.missed);
}

class Overdue {
 public:
  Overdue(const ViewStore& store, const OverdueQuery& query)
      : store_(store), query_(query), snapshot_(store.database()) {}

  std::expected<OverduePage, StoreError> run() {
    std::optional<Cursor> cursor;
    if (!query_.cursor.empty()) {
      auto read = read_cursor(query_.cursor, cursor_query);
      if (!read) return std::unexpected(read.error());
      cursor = std::move(*read);
    }
    OverduePage page;
    if (query_.scope.kind == ScopeKind::nothing) {
      page.total = 0;
      return page;
    }
    const std::size_t limit = std::clamp<std::size_t>(query_.limit, 1, max_page);
    const Plan plan = plan_of(query_);
    MergedScan scan(store_, snapshot_,
                    {Family::overdue, plan.prefixes, false, cursor ? cursor->after : "", {}});
    std::uint64_t count = 0;
    std::uint64_t verified = 0;
    std::string last;
    bool exact = true;
    std::string read_last;
    while (scan.next()) {
      // A filter that leaves hardly anything gives a short page, and goes on from there.
      if (count < limit && verified == max_verified && !query_.count_exactly) {
        exact = false;
        last = read_last;
        break;
      }
      if (count >= limit) {
        if (cursor && count > limit) break;
        if (!cursor && !query_.count_exactly && (count > exact_total || verified > max_verified)) {
          exact = false;
          break;
        }
        if (plan.covers) {
          ++count;
          continue;
        }
      }
      ++verified;
      read_last = scan.suffix();
      auto item = read(scan.partition(), scan.suffix(), count < limit);
      if (!item) return std::unexpected(item.error());
      if (!*item) continue;
      if (count < limit) {
        page.items.push_back(std::move(**item));
        last = scan.suffix();
      }
      ++count;
    }
    if (!scan.status().ok()) return std::unexpected(to_error(scan.status()));
    if (cursor) {
      (cursor->total_exact ? page.total : page.total_at_least) = cursor->total;
    } else {
      (exact ? page.total : page.total_at_least) = exact ? count : std::min(count, exact_total);
    }
    if (count > limit || !exact) {
      page.next =
          write_cursor({cursor_query, last, page.total.value_or(page.total_at_least.value_or(0)),
                        page.total.has_value()});
    }
    return page;
  }

 private:
  // Nothing where the row does not match. `whole`: with what its case and the calendar add.
  std::expected<std::optional<OverdueItem>, StoreError> read(Partition partition,
                                                             std::string_view suffix, bool whole) {
    std::string key = partition_prefix(partition) + prefix(OverdueDimension::all, "");
    key += suffix;
    const auto stored = store_.database().get(Family::overdue, key, snapshot_.get());
    if (!stored) return std::unexpected(stored.error());
    OverdueItem item;
    if (!*stored || !decode_record(**stored, item.row)) {
      return std::unexpected(StoreError{StoreErrorCode::corrupt, "a row of overdue"});
    }
    if (!matches(query_, item.row)) return std::nullopt;
    if (!whole) return item;
    key = partition_prefix(partition) + item.row.id;
    const auto status = store_.database().get(Family::status, key, snapshot_.get());
    if (!status) return std::unexpected(status.error());
    StatusRow of_case;
    if (*status && decode_record(**status, of_case)) {
      item.title = of_case.title;
      item.stage = of_case.stage;
      item.kind = of_case.kind;
    }
    if (query_.days_over) {
      const DaysOver over = query_.days_over(item.row.due);
      item.days_over = over.days;
      item.working_days_over = over.working_days;
    }
    return item;
  }

  const ViewStore& store_;
  const OverdueQuery& query_;
  Snapshot snapshot_;
};

}  // namespace

std::expected<OverduePage, StoreError> overdue(const ViewStore& store, const OverdueQuery& query) {
  return Overdue(store, query).run();
}

}  // namespace huiyin::projections
