// What reading definitions shares.
#pragma once

// Mistakes are results, not exceptions.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "engine/definition.hpp"
#include "engine/toml_table.hpp"

namespace huiyin::engine {

// definition_toml.cpp: one definition, read and checked, but for its hash.
std::expected<Definition, std::vector<DefinitionError>> read_whole(
    const toml::table& tree, std::string_view file, const std::vector<Calendar>& calendars);
// Small letters, digits and hyphens: definitions and profiles stand in pins, for ever.
bool is_name(std::string_view text);
// XXH3-128 tells files apart; it protects from slips, not from forgers.
std::string definition_hash(std::string_view bytes);
std::vector<DefinitionError> parse_error(std::string_view file, const toml::parse_error& error);
void sort_by_place(std::vector<DefinitionError>& errors);

// definition_sections.cpp: the parts of a file that repeat.
std::vector<Transition> read_transitions(const Table& root, const std::vector<std::string>& ends);
std::vector<Clock> read_clocks(const Table& root, const std::vector<Transition>& transitions);
Policy read_policy(const Table& root);
RoleSet read_roles(const Table& table, std::string_view key);

}  // namespace huiyin::engine
