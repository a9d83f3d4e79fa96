#include "gate.hpp"

#include <algorithm>

#include "http/problem.hpp"

namespace huiyin::api {
namespace {

using engine::Role;
using projections::Scope;
using projections::ScopeKind;

http::Response unauthorised(std::string_view detail) {
  http::Response response = http::problem(401, "unauthorised", detail);
  response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return response;
}

// What one role may see of cases.
Scope scope_of(const node::Principal& p, Role role) {
  switch (role) {
    case Role::admin:
    case Role::auditor:
    case Role::importer:
    case Role::reviewer:
      return Scope::all();
    // With a region they answer for that region, without one for everything.
    case Role::coordinator:
    case Role::leader:
    case Role::dispatcher:
      return p.region.empty() ? Scope::all() : Scope::supervisor("", p.region);
    case Role::supervisor:
      return Scope::supervisor(p.organ, p.region);
    case Role::organ:
      return Scope::organ(p.organ);
    case Role::officer:
      return Scope::station(p.station);
    case Role::deputy:
      return Scope::deputy(p.id);
    case Role::citizen:
    case Role::integrator:
    case Role::timer:
      break;
  }
  return {};
}

int breadth(ScopeKind kind) {
  switch (kind) {
    case ScopeKind::nothing:
      return 0;
    case ScopeKind::deputy:
      return 1;
    case ScopeKind::station:
      return 2;
    case ScopeKind::organ:
      return 3;
    case ScopeKind::supervisor:
      return 4;
    case ScopeKind::all:
      return 5;
  }
  return 0;
}

template <class Predicate>
bool any_role(const Caller& caller, Predicate predicate) {
  if (caller.asked_role) return predicate(*caller.asked_role);
  return std::ranges::any_of(caller.principal->roles, predicate);
}

}  // namespace

std::expected<Caller, http::Response> authenticate(const node::Principals& principals,
                                                   const http::Request& request) {
  const auto header = request.header("Authorization");
  constexpr std::string_view scheme = "Bearer ";
  if (!header || header->size() <= scheme.size() ||
      !http::equals_ignoring_case(header->substr(0, scheme.size()), scheme)) {
    return std::unexpected(unauthorised("send your token as Authorization: Bearer"));
  }
  Caller caller;
  caller.principal = principals.find(header->substr(scheme.size()));
  if (caller.principal == nullptr) return std::unexpected(unauthorised("that token is not known"));
  const auto asked = request.header("Huiyin-Role");
  if (!asked) return caller;
  caller.asked_role = events::parse_enum<Role>(*asked);
  if (!caller.asked_role || !caller.principal->has(*caller.asked_role)) {
    return std::unexpected(
        http::problem(403, "forbidden", "you do not hold the role that you ask for"));
  }
  return caller;
}

Scope scope_of(const Caller& caller) {
  Scope widest;
  any_role(caller, [&](Role role) {
    Scope scope = scope_of(*caller.principal, role);
    if (breadth(scope.kind) > breadth(widest.kind)) widest = std::move(scope);
    return false;
  });
  return widest;
}

bool may_see(const Caller& caller, const projections::CaseState& state) {
  return any_role(caller, [&](Role role) {
    return projections::visible(scope_of(*caller.principal, role), state);
  });
}

bool may_open_petitioner(const Caller& caller, const projections::CaseState& state) {
  return any_role(caller, [&](Role role) {
    const bool works_with_citizens =
        role == Role::deputy || role == Role::officer || role == Role::coordinator;
    return works_with_citizens && projections::visible(scope_of(*caller.principal, role), state);
  });
}

bool acts_as(const Caller& caller, Role role) {
  return any_role(caller, [role](Role held) { return held == role; });
}

bool may_read_events(const Caller& caller) {
  return any_role(caller,
                  [](Role role) { return role == Role::integrator || role == Role::auditor; });
}

}  // namespace huiyin::api
