// S0-30: what config/outlets says that an outlet does not take is not passed on to it.
#pragma once

#include <optional>

#include "api.hpp"

namespace huiyin::api {

// Whether out_of_scope() has anything to look at. Not for importers: what was passed on, was.
bool in_scope_matters(const Api& api, const engine::Command& command);

// Why the case is not passed on; nothing when it may be. May wait for the views: on a worker.
std::optional<http::Response> out_of_scope(const Api& api, const Caller& caller,
                                           const engine::Command& command);

}  // namespace huiyin::api
