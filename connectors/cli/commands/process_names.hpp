// The definitions that the process commands speak of, and the names that people give them.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "context.hpp"
#include "engine/definition.hpp"

namespace huiyin::cli {

// All definitions of the folder that the settings name, or of `folder` where that is given.
Result<engine::Definitions> load_processes(const node::Settings& settings,
                                           const std::filesystem::path& folder = {});

// By an id such as suggestion@1, or by a name: the newest version of what that means under the
// profile. Null when there is none.
std::shared_ptr<const engine::Definition> process_named(const engine::Definitions& definitions,
                                                        std::string_view name);

}  // namespace huiyin::cli
