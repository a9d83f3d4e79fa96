#include "projections/list_query.hpp"

#include <algorithm>

#include "cursor.hpp"
#include "keys.hpp"
#include "list_plan.hpp"
#include "merged_scan.hpp"
#include "record_codec.hpp"

namespace huiyin::projections {
namespace {

// Each row read to verify a filter costs some microseconds; these keep one query below a second.
constexpr std::uint64_t max_sorted = 100'000;   // read for a sort that no index has
constexpr std::uint64_t max_verified = 50'000;  // read to count what a filter leaves

constexpr std::uint8_t cursor_base = 0x10;  // cursors of lists: base + sort

bool within_category(std::string_view category, std::string_view wanted) {
  return category == wanted || (category.size() > wanted.size() && category.starts_with(wanted) &&
                                category[wanted.size()] == '/');
}

// What a sort compares: smaller comes first.
std::string sort_key(const StatusRow& row, ListSort sort) {
  constexpr Instant never{std::chrono::milliseconds::max()};
  std::string key;
  switch (sort) {
    case ListSort::newest:
    case ListSort::oldest:
      put_instant(key, row.collected_at);
      break;
    case ListSort::updated:
    case ListSort::least_updated:
      put_instant(key, row.updated);
      break;
    case ListSort::due:
      put_instant(key, row.due.value_or(never));
      break;
  }
  if (sort == ListSort::newest || sort == ListSort::updated) {
    for (char& c : key) c = static_cast<char>(~c);
  }
  key += row.id;
  return key;
}

class Listing {
 public:
  Listing(const ViewStore& store, const ListQuery& query)
      : store_(store),
        query_(query),
        snapshot_(store.database()),
        cursor_query_(static_cast<std::uint8_t>(cursor_base + static_cast<unsigned>(query.sort))),
        limit_(std::clamp<std::size_t>(query.limit, 1, max_page)) {}

  std::expected<ListPage, StoreError> run() {
    if (!query_.cursor.empty()) {
      auto cursor = read_cursor(query_.cursor, cursor_query_);
      if (!cursor) return std::unexpected(cursor.error());
      cursor_ = std::move(*cursor);
    }
    if (query_.scope.kind == ScopeKind::nothing) {
      page_.total = 0;
      return page_;
    }
    std::expected<void, StoreError> done;
    if (query_.candidates) {
      done = from_candidates();
    } else if (query_.sort == ListSort::newest || query_.sort == ListSort::oldest) {
      done = in_order();
    } else {
      done = sorted();
    }
    if (!done) return std::unexpected(done.error());
    return std::move(page_);
  }

 private:
  // The status row of a case, where it is one of those that are asked for.
  std::expected<std::optional<StatusRow>, StoreError> match(Partition partition,
                                                            std::string_view id) const {
    std::string key = partition_prefix(partition);
    key += id;
    const auto stored = store_.database().get(Family::status, key, snapshot_.get());
    if (!stored) return std::unexpected(stored.error());
    StatusRow row;
    if (!*stored) return std::nullopt;
    if (!decode_record(**stored, row)) {
      return std::unexpected(StoreError{StoreErrorCode::corrupt, "status of " + std::string(id)});
    }
    if (!visible(query_.scope, row) || !matches(query_.filter, row)) return std::nullopt;
    return row;
  }

  void set_total(std::uint64_t count, bool exact) {
    (exact ? page_.total : page_.total_at_least) = count;
  }

  std::expected<void, StoreError> from_candidates() {
    std::vector<std::string> ids = *query_.candidates;
    std::ranges::sort(ids);
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<StatusRow> found;
    for (const std::string& id : ids) {
      auto row = match(events::partition_of(id, store_.partitions()), id);
      if (!row) return std::unexpected(row.error());
      if (*row) found.push_back(std::move(**row));
    }
    set_total(found.size(), query_.candidates_complete);
    take_sorted(std::move(found));
    return {};
  }

  std::expected<void, StoreError> sorted() {
    const ListPlan plan = plan_list(store_, snapshot_, query_);
    MergedScan scan(store_, snapshot_, {Family::index, plan.prefixes, false, "", {}});
    std::vector<StatusRow> found;
    std::uint64_t count = 0;
    for (std::uint64_t read = 0; scan.next(); ++read) {
      if (read == max_sorted) {
        return std::unexpected(StoreError{
            StoreErrorCode::too_broad,
            "more than " + std::to_string(max_sorted) +
                " cases would have to be sorted: narrow the filter, or sort by collected"});
      }
      auto row = match(scan.partition(), case_of(scan.suffix()));
      if (!row) return std::unexpected(row.error());
      if (!*row) continue;
      ++count;
      found.push_back(std::move(**row));
      if (found.size() >= 4 * max_page) keep_first(found);
    }
    if (!scan.status().ok()) return std::unexpected(to_error(scan.status()));
    set_total(count, true);
    take_sorted(std::move(found));
    return {};
  }

  // Drops what cannot be on this page.
  void keep_first(std::vector<StatusRow>& found) const {
    if (cursor_) {
      std::erase_if(found, [&](const StatusRow& row) {
        return sort_key(row, query_.sort) <= cursor_->after;
      });
    }
    std::ranges::sort(found, {}, [&](const StatusRow& row) { return sort_key(row, query_.sort); });
    if (found.size() > limit_ + 1) found.resize(limit_ + 1);
  }

  void take_sorted(std::vector<StatusRow> found) {
    keep_first(found);
    const bool more = found.size() > limit_;
    if (more) found.resize(limit_);
    page_.items = std::move(found);
    if (more) set_next(sort_key(page_.items.back(), query_.sort));
  }

  void set_next(std::string after) {
    page_.next = write_cursor({cursor_query_, std::move(after),
                               page_.total.value_or(page_.total_at_least.value_or(0)),
                               page_.total.has_value()});
  }

  std::expected<void, StoreError> in_order() {
    const ListPlan plan = plan_list(store_, snapshot_, query_);
    const bool descending = query_.sort == ListSort::newest;
    MergedScan scan(store_, snapshot_,
                    {Family::index, plan.prefixes, descending, cursor_ ? cursor_->after : "", {}});
    // Later pages repeat the first one's total; that one counts on after its last item.
    const bool count_on = !cursor_;
    std::uint64_t count = 0;
    std::uint64_t verified = 0;
    std::string last;
    bool more = false;
    bool exact = true;
    std::string read_last;
    while (scan.next()) {
      // A filter that leaves hardly anything gives a short page, and goes on from there.
      if (count < limit_ && verified == max_verified && !query_.count_exactly) {
        exact = false;
        last = read_last;
        break;
      }
      if (count >= limit_) {
        if (!count_on && more) break;
        if (count_on && !query_.count_exactly && (count > exact_total || verified > max_verified)) {
          exact = false;
          break;
        }
        if (plan.covers) {
          more = true;
          ++count;
          if (!count_on) break;
          continue;
        }
      }
      ++verified;
      read_last = scan.suffix();
      auto row = match(scan.partition(), case_of(scan.suffix()));
      if (!row) return std::unexpected(row.error());
      if (!*row) continue;
      if (count < limit_) {
        page_.items.push_back(std::move(**row));
        last = scan.suffix();
      } else {
        more = true;
      }
      ++count;
    }
    if (!scan.status().ok()) return std::unexpected(to_error(scan.status()));
    if (count_on) {
      set_total(exact ? count : std::min(count, exact_total), exact);
    } else {
      set_total(cursor_->total, cursor_->total_exact);
    }
    // A count that was cut short while looking for a next item leaves open whether there is one.
    if (more || !exact) set_next(last);
    return {};
  }

  static std::string_view case_of(std::string_view suffix) {
    return suffix.substr(sizeof(std::uint64_t));
  }

  const ViewStore& store_;
  const ListQuery& query_;
  Snapshot snapshot_;
  std::uint8_t cursor_query_;
  std::size_t limit_;
  std::optional<Cursor> cursor_;
  ListPage page_;
};

}  // namespace

bool matches(const ListFilter& filter, const StatusRow& row) {
  const auto equal = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  const auto among = [](const std::string& wanted, const std::vector<std::string>& values) {
    return wanted.empty() || std::ranges::find(values, wanted) != values.end();
  };
  return equal(filter.stage, row.stage) && equal(filter.station, row.station) &&
         equal(filter.class_code, row.class_code) && among(filter.organ, row.organs) &&
         among(filter.deputy, row.deputies) &&
         (equal(filter.supervisor, row.supervisor) || among(filter.supervisor, row.joining)) &&
         (filter.region.empty() || region_within(row.region, filter.region)) &&
         (filter.category.empty() || within_category(row.category, filter.category)) &&
         (!filter.kind || *filter.kind == row.kind) &&
         (!filter.overdue || *filter.overdue == row.overdue) &&
         (!filter.ended || *filter.ended == row.ended);
}

std::expected<ListPage, StoreError> list(const ViewStore& store, const ListQuery& query) {
  return Listing(store, query).run();
}

}  // namespace huiyin::projections
