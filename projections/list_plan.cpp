#include "list_plan.hpp"

#include "keys.hpp"
#include "merged_scan.hpp"

namespace huiyin::projections {
namespace {

// Cases are spread over partitions by hash, so one of them tells how large an index is.
constexpr std::uint64_t sampled = 1'000;

using Prefixes = std::vector<std::string>;

std::string prefix(Dimension dimension, std::string_view value) {
  std::string out;
  put_u8(out, static_cast<std::uint8_t>(dimension));
  put_text(out, value);
  return out;
}

std::vector<Prefixes> conditions(const ListQuery& query) {
  std::vector<Prefixes> out;
  const auto add = [&](Dimension dimension, std::string_view value) {
    if (!value.empty()) out.push_back({prefix(dimension, value)});
  };
  const ListFilter& filter = query.filter;
  add(Dimension::deputy, filter.deputy);
  add(Dimension::organ, filter.organ);
  add(Dimension::station, filter.station);
  add(Dimension::class_code, filter.class_code);
  add(Dimension::category, filter.category);
  add(Dimension::supervisor, filter.supervisor);
  if (indexed_region(filter.region)) add(Dimension::region, filter.region);
  add(Dimension::stage, filter.stage);
  if (filter.overdue == true) out.push_back({prefix(Dimension::overdue, "")});
  const Scope& scope = query.scope;
  switch (scope.kind) {
    case ScopeKind::nothing:
    case ScopeKind::all:
      break;
    case ScopeKind::deputy:
      add(Dimension::deputy, scope.id);
      break;
    case ScopeKind::organ:
      add(Dimension::organ, scope.id);
      break;
    case ScopeKind::station:
      add(Dimension::station, scope.id);
      break;
    case ScopeKind::supervisor: {
      if (!indexed_region(scope.region)) break;
      Prefixes either;
      if (!scope.id.empty()) either.push_back(prefix(Dimension::supervisor, scope.id));
      if (!scope.region.empty()) either.push_back(prefix(Dimension::region, scope.region));
      out.push_back(std::move(either));
      break;
    }
  }
  return out;
}

std::uint64_t sample(const ViewStore& store, const Snapshot& snapshot, const Prefixes& prefixes) {
  MergedScan scan(store, snapshot, {Family::index, prefixes, false, "", Partition{0}});
  std::uint64_t count = 0;
  while (count < sampled && scan.next()) ++count;
  return count;
}

}  // namespace

ListPlan plan_list(const ViewStore& store, const Snapshot& snapshot, const ListQuery& query) {
  std::vector<Prefixes> all = conditions(query);
  if (all.empty()) all.push_back({prefix(Dimension::all, "")});
  // A condition without an index of its own is left to be verified.
  const bool unindexed = query.filter.overdue == false || query.filter.ended.has_value() ||
                         query.filter.kind.has_value() || !indexed_region(query.filter.region) ||
                         !indexed_region(query.scope.region);
  ListPlan plan;
  plan.covers = all.size() == 1 && !unindexed;
  std::size_t best = 0;
  if (all.size() > 1) {
    std::uint64_t fewest = sampled + 1;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::uint64_t count = sample(store, snapshot, all[i]);
      if (count < fewest) {
        fewest = count;
        best = i;
      }
    }
  }
  plan.prefixes = std::move(all[best]);
  return plan;
}

}  // namespace huiyin::projections
