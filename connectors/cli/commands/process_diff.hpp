// What recorded cases would have met under another definition.
#pragma once

#include <filesystem>
#include <string>

#include "context.hpp"
#include "engine/definition.hpp"

namespace huiyin::cli {

struct DiffArguments {
  std::string before, after;  // as in process_named; `after` may be a file
};

// All definitions of the folder that the settings name, or of `folder` where that is given.
Result<engine::Definitions> load_processes(const node::Settings& settings,
                                           const std::filesystem::path& folder = {});

// By an id such as suggestion@1, or by a name: the newest version of what that means under the
// profile. Null when there is none.
std::shared_ptr<const engine::Definition> process_named(const engine::Definitions& definitions,
                                                        std::string_view name);

// First what the two definitions say differently. Then, where there is data, walks the recorded
// events of every case that is pinned to `before` and compares, at each, whether the command is
// open there and to that role, where it leads, which clocks it moves, and when those that start are
// due. Conditions on a case's state are not tried.
Done run_process_diff(const Context& context, const DiffArguments& arguments);

}  // namespace huiyin::cli
