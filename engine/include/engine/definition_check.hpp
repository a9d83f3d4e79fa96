// Whether a definition makes sense as a whole: every stage can be reached and left, every clock
// starts and stops, every command can be given by somebody (docs/processes.md lists the checks).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/definition.hpp"
#include "engine/definition_error.hpp"

namespace huiyin::engine {

// One way from a stage to a stage. `by_engine`: taken by the engine itself when the case that this
// one waits for answers (settle), or back to where a merge began (unmerge).
struct StageEdge {
  std::string from;
  std::string to;
  const Transition* transition = nullptr;  // the command's; for `by_engine` what led to the wait
  bool by_engine = false;
};

// All stages but "" (no case yet), in the order in which the file names them.
std::vector<std::string> stages_of(const Definition& definition);

// Every way on, also those that end where they begin. Borrows from `definition`.
std::vector<StageEdge> edges_of(const Definition& definition);

// Everything that is wrong, in the order of the file; empty when the definition is sound.
std::vector<DefinitionError> check(const Definition& definition);

// What is wrong between definitions: versions and defaults.
std::vector<DefinitionError> check(const Definitions& definitions);

// Whether a command is given on one handler's lane; only these start lane clocks.
bool concerns_lane(CommandType command);

}  // namespace huiyin::engine
