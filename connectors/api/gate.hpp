// Who is calling, and what they may see. Deny by default: a request without a known token sees
// nothing, a role that is not listed here sees no case.
#pragma once

#include <expected>
#include <optional>

#include "http/message.hpp"
#include "node/node.hpp"
#include "projections/case_state.hpp"
#include "projections/scope.hpp"

namespace huiyin::api {

struct Caller {
  const node::Principal* principal = nullptr;
  std::optional<engine::Role> asked_role;  // header Huiyin-Role
};

// 401 without a known bearer token, 403 for a role that the principal does not hold.
std::expected<Caller, http::Response> authenticate(const node::Principals& principals,
                                                   const http::Request& request);

// What this caller's queries cover: the widest of its roles' views, or that of the role asked for.
projections::Scope scope_of(const Caller& caller);

// Whether one case lies within it.
bool may_see(const Caller& caller, const projections::CaseState& state);

// Whether the caller works with citizens of this case, and so may open their details.
bool may_open_petitioner(const Caller& caller, const projections::CaseState& state);

// Whether the role asked for, or without one any of the caller's, is this one.
bool acts_as(const Caller& caller, engine::Role role);

bool may_read_events(const Caller& caller);

}  // namespace huiyin::api
