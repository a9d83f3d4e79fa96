// What two definitions say differently, and what recorded cases would have met under the other.
#pragma once

#include <string>

#include "context.hpp"

namespace huiyin::cli {

struct DiffArguments {
  std::string before, after;  // as in process_named; `after` may be a file
};

// First what the two definitions say differently. Then, where there is data, walks the recorded
// events of every case that is pinned to `before` and compares, at each, whether the command is
// open there and to that role, where it leads, which clocks it moves, and when those that start are
// due. Conditions on a case's state are not tried.
Done run_process_diff(const Context& context, const DiffArguments& arguments);

}  // namespace huiyin::cli
