// Reads process definitions from config/processes (docs/processes.md is the reference of the
// language). A file with a mistake is refused whole, every mistake in it is named.
#pragma once

#include <expected>
#include <filesystem>
#include <string_view>
#include <vector>

#include "engine/calendar.hpp"
#include "engine/definition.hpp"
#include "engine/definition_error.hpp"

namespace huiyin::engine {

// Reads one definition and checks it (definition_check.hpp). `file` is only named in errors.
std::expected<Definition, std::vector<DefinitionError>> parse_definition(
    std::string_view toml, std::string_view file, const std::vector<Calendar>& calendars);

// Every *.toml of a folder and of its sub-folders, which are profiles; several files may give
// versions of one name. A file with `base` is an overlay and has its profile in its name. Also
// refused: two files with one name and version, a newer version that is in force earlier than an
// older one, two defaults for one kind on one day, and a profile that is not there.
std::expected<Definitions, std::vector<DefinitionError>> load_definitions(
    const std::filesystem::path& processes_folder, const std::filesystem::path& calendars_folder,
    std::string_view profile = {});

}  // namespace huiyin::engine
