// What can be wrong between definitions that are each sound.
#include <algorithm>
#include <set>

#include "engine/definition_check.hpp"

namespace huiyin::engine {
namespace {

// The names of definitions of one profile that could be meant by a kind alone on a day.
std::set<std::string_view> defaults(const Definitions& definitions, std::string_view profile,
                                    events::Kind kind, Date day) {
  std::set<std::string_view> names;
  for (const auto& definition : definitions.all()) {
    if (definition->profile != profile) continue;
    const Definition* found = definitions.in_force(definition->name, kind, day);
    if (found != nullptr && found->is_default) names.insert(found->name);
  }
  return names;
}

}  // namespace

std::vector<DefinitionError> check(const Definitions& definitions) {
  std::vector<DefinitionError> errors;
  const Definition* before = nullptr;
  for (const auto& definition : definitions.all()) {
    if (before != nullptr && before->name == definition->name) {
      if (before->version == definition->version) {
        errors.push_back({definition->file, 0, "version",
                          definition->id() + " is given by " + before->file + " too"});
      } else if (definition->valid_from < before->valid_from) {
        errors.push_back({definition->file, 0, "valid_from",
                          definition->id() + " is in force before the older " + before->id()});
      }
    }
    before = definition.get();
  }
  constexpr auto kinds = names(events::Kind{});
  std::set<std::string> told;
  for (const auto& definition : definitions.all()) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto names = defaults(definitions, definition->profile, static_cast<events::Kind>(i),
                                  definition->valid_from);
      if (names.size() < 2 || !names.contains(definition->name)) continue;
      std::string message =
          "more than one process is the default for kind \"" + std::string(kinds[i]) + "\":";
      for (const std::string_view name : names) message += " " + std::string(name);
      message += "; set default = false in all but one";
      if (told.insert(message).second) {
        errors.push_back({definition->file, 0, "kinds", std::move(message)});
      }
    }
  }
  return errors;
}

}  // namespace huiyin::engine
