// What the engine is told of people when it decides a command on a case.
#pragma once

#include <memory>

#include "engine/command.hpp"
#include "node/registry.hpp"

namespace huiyin::node {

// Of everybody whom the command names: from the registry where they are registered there, and from
// the principals. Without a registry, the principals alone. The command is only read; `serialize`
// is not const. Any thread.
std::shared_ptr<const engine::Facts> facts_for(
    const Registry* registry, const std::shared_ptr<const engine::Facts>& principals,
    engine::Command& command);

}  // namespace huiyin::node
