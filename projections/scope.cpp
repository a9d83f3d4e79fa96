#include "projections/scope.hpp"

#include <algorithm>

namespace huiyin::projections {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view item) {
  return std::ranges::find(list, item) != list.end();
}

bool supervises(const Scope& scope, std::string_view supervisor,
                const std::vector<std::string>& joining, std::string_view region) {
  if (!scope.id.empty() && (supervisor == scope.id || holds(joining, scope.id))) return true;
  return !scope.region.empty() && region_within(region, scope.region);
}

}  // namespace

bool region_within(std::string_view region, std::string_view within) {
  if (region.empty() || within.empty()) return false;
  if (region == within) return true;
  if (within.size() < 6 || region.size() < within.size()) return false;
  std::string_view head = within;
  // The zeros at the end of a province's or a city's code stand for all within.
  if (head.size() == 6) {
    while (head.ends_with("00")) head.remove_suffix(2);
  }
  return !head.empty() && region.starts_with(head);
}

bool visible(const Scope& scope, const CaseState& state) {
  // An id that is not set would match cases that have none.
  switch (scope.kind) {
    case ScopeKind::nothing:
      return false;
    case ScopeKind::all:
      return true;
    case ScopeKind::deputy:
      return std::ranges::any_of(state.proposers, [&](const events::Proposer& proposer) {
        return !scope.id.empty() && proposer.deputy == scope.id;
      });
    case ScopeKind::organ:
      return std::ranges::any_of(state.lanes, [&](const Lane& lane) {
        return !scope.id.empty() && is_live(lane) && lane.organ == scope.id;
      });
    case ScopeKind::supervisor:
      return supervises(scope, state.supervisor, state.joining, state.region);
    case ScopeKind::station:
      return !scope.id.empty() && state.station == scope.id;
  }
  return false;
}

bool visible(const Scope& scope, const StatusRow& row) {
  switch (scope.kind) {
    case ScopeKind::nothing:
      return false;
    case ScopeKind::all:
      return true;
    case ScopeKind::deputy:
      return !scope.id.empty() && holds(row.deputies, scope.id);
    case ScopeKind::organ:
      return !scope.id.empty() && holds(row.organs, scope.id);
    case ScopeKind::supervisor:
      return supervises(scope, row.supervisor, row.joining, row.region);
    case ScopeKind::station:
      return !scope.id.empty() && row.station == scope.id;
  }
  return false;
}

bool visible(const Scope& scope, const OverdueRow& row) {
  switch (scope.kind) {
    case ScopeKind::nothing:
      return false;
    case ScopeKind::all:
      return true;
    case ScopeKind::deputy:
      return !scope.id.empty() && holds(row.deputies, scope.id);
    case ScopeKind::organ:
      return !scope.id.empty() && row.holder == scope.id;
    case ScopeKind::supervisor:
      return supervises(scope, row.supervisor, row.joining, row.region);
    case ScopeKind::station:
      return !scope.id.empty() && row.station == scope.id;
  }
  return false;
}

}  // namespace huiyin::projections
