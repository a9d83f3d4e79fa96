// What somebody may see. Every query takes one; nothing is the default.
#pragma once

#include <cstdint>
#include <string>

#include "projections/case_state.hpp"
#include "projections/status_row.hpp"

namespace huiyin::projections {

enum class ScopeKind : std::uint8_t {
  nothing,
  all,
  deputy,      // `id` proposes or carries the case
  organ,       // `id` holds a live lane of it
  supervisor,  // `id` supervises it or joins, or it lies in `region`
  station,     // it came in at `id`
};

struct Scope {
  ScopeKind kind = ScopeKind::nothing;
  std::string id;
  std::string region;  // supervisors: empty where a committee has no region of its own

  static Scope all() { return {ScopeKind::all, "", ""}; }
  static Scope deputy(std::string id) { return {ScopeKind::deputy, std::move(id), ""}; }
  static Scope organ(std::string id) { return {ScopeKind::organ, std::move(id), ""}; }
  static Scope station(std::string id) { return {ScopeKind::station, std::move(id), ""}; }
  static Scope supervisor(std::string committee, std::string region) {
    return {ScopeKind::supervisor, std::move(committee), std::move(region)};
  }
  bool operator==(const Scope&) const = default;
};

bool visible(const Scope& scope, const CaseState& state);
bool visible(const Scope& scope, const StatusRow& row);
bool visible(const Scope& scope, const OverdueRow& row);

// Whether `region` is `within` or lies in it, by the codes of GB/T 2260: 431002 lies in 430000.
bool region_within(std::string_view region, std::string_view within);

}  // namespace huiyin::projections
