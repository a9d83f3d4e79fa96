// Takes in a CSV file of regions, organs, congresses, deputies, stations, groups or activities: one
// subject a row, its columns named as the fields of the command that founds it (docs/registry.md).
//
// Rows may stand in any order: one that names a subject further down waits until that one is in. A
// second run of the same file adds nothing: an id that is there already counts as such.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "engine/id_source.hpp"
#include "engine/registry_kind.hpp"

namespace huiyin::import {

struct RegistryImportOptions {
  events::SubjectKind kind{};
  std::string input;                // "-" is standard input
  std::filesystem::path rejects;    // empty: only counted
  std::string importer = "import";  // the events' actor
  std::function<bool()> interrupt;  // ends it between two batches
};

struct RegistryImportSummary {
  std::uint64_t rows = 0, subjects = 0, already_there = 0, commands = 0, rejected = 0;
  std::map<std::string, std::uint64_t> reasons;
  double seconds = 0;
};

// The error is a sentence: the file cannot be read, a column is unknown, the log takes nothing.
std::expected<RegistryImportSummary, std::string> import_registry(
    engine::RegistryProcessor& processor, const projections::RegistryStore& store,
    const events::EventLog& log, engine::IdSource& ids, const RegistryImportOptions& options);

}  // namespace huiyin::import
