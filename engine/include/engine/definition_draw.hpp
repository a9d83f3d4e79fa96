// Pictures of a definition: its stages, and the commands that lead from one to the next. Commands
// that never change the stage are left out. Same definition, same text.
#pragma once

#include <string>

#include "engine/definition.hpp"

namespace huiyin::engine {

// A stateDiagram-v2, as GitHub and GitLab draw it in a page.
std::string draw_mermaid(const Definition& definition);

// Graphviz: `… | dot -Tsvg`. What the engine does itself is dashed.
std::string draw_dot(const Definition& definition);

}  // namespace huiyin::engine
