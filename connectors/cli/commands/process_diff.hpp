// What recorded cases would have met under another definition.
#pragma once

#include <filesystem>
#include <string>

#include "context.hpp"

namespace huiyin::cli {

struct DiffArguments {
  std::string before, after;  // ids such as suggestion@1; `after` may be a file
};

// Walks the recorded events of every case that is pinned to `before` and compares, at each, what
// the two definitions say: whether the command is open there and to that role, where it leads,
// which clocks it moves, and when those that start are due. Conditions on a case's state are not
// tried.
Done run_process_diff(const Context& context, const DiffArguments& arguments);

}  // namespace huiyin::cli
