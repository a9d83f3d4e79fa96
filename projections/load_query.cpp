#include "projections/load_query.hpp"

#include <algorithm>
#include <map>

#include "counter_cache.hpp"
#include "database.hpp"
#include "keys.hpp"
#include "periods.hpp"

namespace huiyin::projections {
namespace {

struct Sums {
  LoadRow row;
  std::map<std::uint32_t, std::uint64_t> ages;  // open cases by week of collection
};

// Which holders the scope may see by this; false: none.
bool may_see(const LoadQuery& query, std::string_view holder) {
  const Scope& scope = query.scope;
  switch (scope.kind) {
    case ScopeKind::all:
      return true;
    case ScopeKind::organ:
      return query.by == LoadBy::organ && holder == scope.id;
    case ScopeKind::station:
      return query.by == LoadBy::station && holder == scope.id;
    case ScopeKind::supervisor:
      if (query.by == LoadBy::region) return region_within(holder, scope.region);
      return (query.by == LoadBy::supervisor || query.by == LoadBy::committee) &&
             holder == scope.id;
    case ScopeKind::nothing:
    case ScopeKind::deputy:
      return false;
  }
  return false;
}

bool reaches(const LoadQuery& query) {
  switch (query.scope.kind) {
    case ScopeKind::all:
      return true;
    case ScopeKind::organ:
      return query.by == LoadBy::organ;
    case ScopeKind::station:
      return query.by == LoadBy::station;
    case ScopeKind::supervisor:
      return query.by == LoadBy::supervisor || query.by == LoadBy::committee ||
             query.by == LoadBy::region;
    case ScopeKind::nothing:
    case ScopeKind::deputy:
      return false;
  }
  return false;
}

void add(Sums& sums, const LoadQuery& query, LoadMeasure measure, std::uint32_t sub,
         std::uint64_t count) {
  LoadRow& row = sums.row;
  switch (measure) {
    case LoadMeasure::open:
      row.open += count;
      break;
    case LoadMeasure::due_soon:
      row.due_soon += count;
      break;
    case LoadMeasure::overdue:
      row.overdue += count;
      break;
    case LoadMeasure::unrated:
      row.unrated += count;
      break;
    case LoadMeasure::promised:
      row.promised += count;
      break;
    case LoadMeasure::rehandling:
      row.rehandling += count;
      break;
    case LoadMeasure::key:
      row.key += count;
      break;
    case LoadMeasure::closed:
      if ((!query.from || sub >= month_number(*query.from)) &&
          (!query.to || sub <= month_number(*query.to))) {
        row.closed += count;
      }
      break;
    case LoadMeasure::age:
      sums.ages[sub] += count;
      break;
  }
}

// The day in the middle of a week stands for all of it.
std::int64_t age_days(std::uint32_t week, Instant now) {
  constexpr int middle_day = 3;
  const auto day = week_start(week) + std::chrono::days{middle_day};
  return std::max<std::int64_t>((std::chrono::floor<std::chrono::days>(now) - day).count(), 0);
}

void finish(Sums& sums, const LoadQuery& query) {
  LoadRow& row = sums.row;
  const auto weigh = [](std::int64_t weight, std::uint64_t count) {
    return weight * static_cast<std::int64_t>(count);
  };
  const LoadWeights& w = query.weights;
  row.weighted = weigh(w.open, row.open) + weigh(w.due_soon, row.due_soon) +
                 weigh(w.overdue, row.overdue) + weigh(w.rehandling, row.rehandling) +
                 weigh(w.key, row.key) + weigh(w.promised, row.promised);
  if (sums.ages.empty()) return;
  row.oldest_age_days = age_days(sums.ages.begin()->first, query.now);
  // The lower median: with an even number, the younger of the two in the middle.
  std::uint64_t older = (row.open + 2) / 2;
  for (const auto& [week, count] : sums.ages) {
    if (count >= older) {
      row.median_age_days = age_days(week, query.now);
      return;
    }
    older -= count;
  }
}

}  // namespace

std::expected<LoadPage, StoreError> load(const ViewStore& store, const LoadQuery& query) {
  if (!reaches(query)) {
    return std::unexpected(StoreError{StoreErrorCode::forbidden,
                                      "the load by " + std::string(events::name_of(query.by)) +
                                          " lies outside what you may see"});
  }
  const Snapshot snapshot(store.database());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  const auto rows = store.database().iterate(options, Family::load);
  std::map<std::string, Sums, std::less<>> holders;
  // A region's own rows lie under its code alone, so a query for one reads all of them.
  const bool one = !query.holder.empty() && query.by != LoadBy::region;
  for (Partition partition = 0; partition < store.partitions(); ++partition) {
    std::string prefix = partition_prefix(partition);
    put_u8(prefix, static_cast<std::uint8_t>(query.by));
    const std::size_t holder_at = prefix.size();
    if (one) put_text(prefix, query.holder);
    for (rows->Seek(slice(prefix)); rows->Valid(); rows->Next()) {
      const std::string_view stored = text(rows->key());
      if (!stored.starts_with(prefix)) break;
      KeyReader key(stored.substr(holder_at));
      const std::string holder = key.text();
      const auto measure = static_cast<LoadMeasure>(key.u8());
      const std::uint32_t sub = key.u32();
      const std::uint64_t count = read_count(text(rows->value()));
      const auto count_for = [&](std::string_view name) {
        if (!may_see(query, name) || (!query.holder.empty() && name != query.holder)) return;
        add(holders[std::string(name)], query, measure, sub, count);
      };
      if (query.by == LoadBy::region) {
        each_region(holder, count_for);
      } else {
        count_for(holder);
      }
    }
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  LoadPage page;
  page.total = holders.size();
  for (auto& [holder, sums] : holders) {
    sums.row.holder = holder;
    finish(sums, query);
    page.items.push_back(std::move(sums.row));
  }
  std::ranges::sort(page.items, [](const LoadRow& a, const LoadRow& b) {
    return a.weighted != b.weighted ? a.weighted > b.weighted : a.holder < b.holder;
  });
  if (page.items.size() > query.limit) page.items.resize(query.limit);
  return page;
}

}  // namespace huiyin::projections
