#include "projections/stats_query.hpp"

#include <array>
#include <map>

#include "counter_cache.hpp"
#include "database.hpp"
#include "keys.hpp"
#include "periods.hpp"

namespace huiyin::projections {
namespace {

using Sums = std::array<std::uint64_t, measure_count>;

struct RateOf {
  const char* name;
  std::vector<Measure> numerator, denominator;
};
// Whether `none` counts in the denominator differs by place; here it does not (law-and-practice.md
// 1.2, 重庆), and the figure of `none` stands beside it.
const std::vector<RateOf>& rates_of_row() {
  using enum Measure;
  static const std::vector<RateOf> rates{
      {"on-time", {on_time}, {on_time, late}},
      {"satisfaction",
       {rated_satisfied, rated_basically},
       {rated_satisfied, rated_basically, rated_dissatisfied}},
      {"dissatisfaction",
       {rated_dissatisfied},
       {rated_satisfied, rated_basically, rated_dissatisfied}},
      {"promised", {promised}, {replied}},
      {"still-dissatisfied", {still_dissatisfied}, {closed}},
  };
  return rates;
}

std::uint64_t sum_of(const Sums& sums, const std::vector<Measure>& measures) {
  std::uint64_t sum = 0;
  for (const Measure measure : measures) sum += sums[static_cast<std::size_t>(measure)];
  return sum;
}

std::string words_of(const std::vector<Measure>& measures) {
  std::string out;
  for (const Measure measure : measures) {
    if (!out.empty()) out += " + ";
    out += events::name_of(measure);
  }
  return out;
}

StatsRow row_of(const std::string& group, const Sums& sums) {
  StatsRow row;
  row.group = group;
  for (std::size_t i = 0; i < measure_count; ++i) {
    if (sums[i] == 0) continue;
    const auto measure = static_cast<Measure>(i);
    row.figures.push_back({measure, sums[i], std::string(unit_of(measure))});
  }
  for (const RateOf& rate : rates_of_row()) {
    const std::uint64_t among = sum_of(sums, rate.denominator);
    if (among == 0) continue;
    const std::uint64_t of = sum_of(sums, rate.numerator);
    row.rates.push_back({rate.name, words_of(rate.numerator), words_of(rate.denominator), of, among,
                         (of * 1000 + among / 2) / among});
  }
  return row;
}

std::string padded(std::uint32_t value, std::size_t digits) {
  std::string text = std::to_string(value);
  return std::string(digits > text.size() ? digits - text.size() : 0, '0') + text;
}

std::string month_text(std::uint32_t month) {
  return padded(month / 12, 4) + "-" + padded(month % 12 + 1, 2);
}

// One stored counter's key.
struct Cell {
  std::uint32_t month = 0;
  std::string region, organ, class_code;
  events::Kind kind{};
  Measure measure{};
};

Cell read_cell(std::string_view key) {
  KeyReader reader(key);
  reader.u16();
  Cell cell;
  cell.month = reader.u32();
  cell.region = reader.text();
  cell.organ = reader.text();
  cell.class_code = reader.text();
  cell.kind = static_cast<events::Kind>(reader.u8());
  cell.measure = static_cast<Measure>(reader.u8());
  return cell;
}

bool matches(const StatsQuery& query, const Cell& cell) {
  const Scope& scope = query.scope;
  if (scope.kind == ScopeKind::organ && cell.organ != scope.id) return false;
  if (scope.kind == ScopeKind::supervisor && !region_within(cell.region, scope.region)) {
    return false;
  }
  return (query.region.empty() || region_within(cell.region, query.region)) &&
         (query.organ.empty() || cell.organ == query.organ) &&
         (query.class_code.empty() || cell.class_code == query.class_code) &&
         (!query.kind || *query.kind == cell.kind);
}

template <class Visit>
void each_group(const StatsQuery& query, const Cell& cell, Visit visit) {
  switch (query.by) {
    case StatsBy::period:
      return visit(std::string_view{});
    case StatsBy::month:
      return visit(month_text(cell.month));
    case StatsBy::quarter:
      return visit(padded(cell.month / 12, 4) + "-Q" + std::to_string(cell.month % 12 / 3 + 1));
    case StatsBy::year:
      return visit(padded(cell.month / 12, 4));
    case StatsBy::region:
      if (cell.region.empty()) return visit(std::string_view{});
      return each_region(cell.region, [&](std::string_view code) {
        // What lies above a supervisor's own region would be shown in part, as if it were whole.
        const bool own =
            query.scope.kind != ScopeKind::supervisor || region_within(code, query.scope.region);
        if (own) visit(code);
      });
    case StatsBy::organ:
      return visit(cell.organ);
    case StatsBy::class_code:
      return visit(cell.class_code);
    case StatsBy::kind:
      return visit(events::name_of(cell.kind));
  }
}

bool reaches(const Scope& scope) {
  switch (scope.kind) {
    case ScopeKind::all:
      return true;
    case ScopeKind::organ:
      return !scope.id.empty();
    case ScopeKind::supervisor:
      return !scope.region.empty();
    case ScopeKind::nothing:
    case ScopeKind::deputy:
    case ScopeKind::station:
      return false;
  }
  return false;
}

}  // namespace

std::expected<StatsPage, StoreError> stats(const ViewStore& store, const StatsQuery& query) {
  if (!reaches(query.scope)) {
    return std::unexpected(
        StoreError{StoreErrorCode::forbidden, "statistics lie outside what you may see"});
  }
  const Snapshot snapshot(store.database());
  rocksdb::ReadOptions options;
  options.snapshot = snapshot.get();
  const auto rows = store.database().iterate(options, Family::stats);
  std::map<std::string, Sums, std::less<>> groups;
  for (Partition partition = 0; partition < store.partitions(); ++partition) {
    const std::string prefix = partition_prefix(partition);
    std::string from = prefix;
    put_u32(from, query.from ? month_number(*query.from) : 0);
    for (rows->Seek(slice(from)); rows->Valid(); rows->Next()) {
      if (!text(rows->key()).starts_with(prefix)) break;
      const Cell cell = read_cell(text(rows->key()));
      if (query.to && cell.month > month_number(*query.to)) break;
      if (static_cast<std::size_t>(cell.measure) >= measure_count) continue;
      if (!matches(query, cell)) continue;
      const std::uint64_t count = read_count(text(rows->value()));
      each_group(query, cell, [&](std::string_view group) {
        auto found = groups.find(group);
        if (found == groups.end()) found = groups.emplace(std::string(group), Sums{}).first;
        found->second[static_cast<std::size_t>(cell.measure)] += count;
      });
    }
  }
  if (!rows->status().ok()) return std::unexpected(to_error(rows->status()));
  StatsPage page;
  page.by = events::name_of(query.by);
  if (query.from) page.from = month_text(month_number(*query.from));
  if (query.to) page.to = month_text(month_number(*query.to));
  for (const auto& [group, sums] : groups) page.items.push_back(row_of(group, sums));
  return page;
}

}  // namespace huiyin::projections
