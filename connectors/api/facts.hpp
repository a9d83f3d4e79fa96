// What the engine is told of people when it decides a command on a case.
#pragma once

#include <memory>

#include "api.hpp"
#include "node/facts.hpp"

namespace huiyin::api {

// node::facts_for of this server.
std::shared_ptr<const engine::Facts> facts_for(const Api& api, engine::Command& command);

// Where the registry's views must come to hold what it has acknowledged; nothing when they do.
std::optional<events::Sequence> registry_behind(const Api& api);
// Waits for that, at most 5 s: views that are unwell hold up nothing for ever. On a worker.
void wait_for_registry(const Api& api, events::Sequence end);

}  // namespace huiyin::api
