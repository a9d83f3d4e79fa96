// What is wrong with a process definition, and where.
#pragma once

#include <filesystem>
#include <span>
#include <string>

namespace huiyin::engine {

// `line` counts from 1; 0, and an empty `key`, when the file as a whole is meant.
struct DefinitionError {
  std::string file;
  int line = 0;
  std::string key;
  std::string message;

  bool operator==(const DefinitionError&) const = default;
};

// "suggestion.toml:12: transition[3].by: unknown role \"deputi\"; did you mean \"deputy\"?"
std::string to_text(const DefinitionError& error);
// One a line; files with the folder that they are in, where it is given.
std::string to_text(std::span<const DefinitionError> errors,
                    const std::filesystem::path& folder = {});

}  // namespace huiyin::engine
