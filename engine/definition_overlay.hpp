// Overlays: a file of a profile that says only what differs from the definition that it names as
// its base. The two TOML trees become one before anything is read, so that the reader and the check
// know nothing of overlays; each part keeps the place that it was written at. Included by the
// loader and nobody else, like definition_reader.hpp.
#pragma once

#include <string_view>
#include <vector>

#include "definition_reader.hpp"

namespace huiyin::engine {

// Fills `overlay` with what it leaves to `base` (and moves that out of it). Tables go together key
// by key; lists, `{ … }` and single values replace the base's; a [[transition]] changes the one of
// its command, and where the base has several of that command the one from the same stages.
//
// A value as the base has it, a transition or a clock that is not there are mistakes.
void lay_over(toml::table& overlay, toml::table& base, std::string_view base_id,
              Problems& problems);

// All that a tree says, in the order of its keys, but for name, version and base.
std::vector<Statement> statements_of(const toml::table& root);

}  // namespace huiyin::engine
