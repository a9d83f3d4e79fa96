#include "engine/definition_draw.hpp"

#include <algorithm>
#include <vector>

#include "engine/definition_check.hpp"

namespace huiyin::engine {
namespace {

using events::name_of;

struct Arrow {
  std::string from;
  std::string to;
  std::string label;
  bool by_engine = false;
};

std::string label_of(const StageEdge& edge) {
  // The engine's own steps: the answer of the case that this one waits for.
  if (edge.by_engine && edge.transition->command != CommandType::unmerge) return "settle";
  std::string label{name_of(edge.transition->command)};
  if (edge.transition->once) label += " [" + std::string(name_of(*edge.transition->once)) + "]";
  return label;
}

// One arrow per pair of stages, in the order of the file; commands between the same two stages
// share it.
std::vector<Arrow> arrows_of(const Definition& definition) {
  std::vector<Arrow> arrows;
  for (const StageEdge& edge : edges_of(definition)) {
    if (edge.from == edge.to) continue;
    const std::string label = label_of(edge);
    const auto same = std::ranges::find_if(arrows, [&](const Arrow& arrow) {
      return arrow.from == edge.from && arrow.to == edge.to && arrow.by_engine == edge.by_engine;
    });
    if (same == arrows.end()) {
      arrows.push_back({edge.from, edge.to, label, edge.by_engine});
    } else if (same->label.find(label) == std::string::npos) {
      same->label += ", " + label;
    }
  }
  return arrows;
}

// Mermaid takes a hyphen in a name for an arrow.
std::string mermaid_name(const std::string& stage) {
  std::string name = stage;
  std::ranges::replace(name, '-', '_');
  return name.empty() ? "[*]" : name;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::string draw_mermaid(const Definition& definition) {
  std::string out = "---\ntitle: " + definition.id() + "\n---\nstateDiagram-v2\n";
  for (const auto& stage : stages_of(definition)) {
    out += "    state " + quoted(stage) + " as " + mermaid_name(stage) + "\n";
  }
  for (const Arrow& arrow : arrows_of(definition)) {
    out += "    " + mermaid_name(arrow.from) + " --> " + mermaid_name(arrow.to) + " : " +
           arrow.label + "\n";
  }
  for (const auto& end : definition.ends) out += "    " + mermaid_name(end) + " --> [*]\n";
  return out;
}

std::string draw_dot(const Definition& definition) {
  std::string out = "digraph " + quoted(definition.id()) + " {\n";
  out += "  graph [rankdir=TB, label=" + quoted(definition.id()) + "];\n";
  out += "  node [shape=box, style=rounded];\n";
  out += "  \"\" [shape=point];\n";
  for (const auto& stage : stages_of(definition)) {
    out += "  " + quoted(stage);
    if (definition.is_end(stage)) out += " [peripheries=2]";
    out += ";\n";
  }
  for (const Arrow& arrow : arrows_of(definition)) {
    out += "  " + quoted(arrow.from) + " -> " + quoted(arrow.to) + " [label=" + quoted(arrow.label);
    if (arrow.by_engine) out += ", style=dashed";
    out += "];\n";
  }
  return out + "}\n";
}

}  // namespace huiyin::engine
