// Imports a file by a mapping, in three passes, each within bounded memory whatever the file's
// size:
//
//   read    rows ──> sort by key        bad rows are rejected
//   sort    ──> sort by time            repeated keys are rejected, the first row stays
//   send    ──> commands, in order of time, many under way at once
//
// Every command's id derives from the mapping's id, the row's key and the command's place in the
// mapping; what is in the log already is not sent again. So a run that was killed is simply
// repeated, and a second run of the same file adds nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "engine/runtime.hpp"
#include "events/event_log.hpp"
#include "import/mapping.hpp"
#include "projections/view_store.hpp"

namespace huiyin::import {

// The node that imports, with nobody else writing. All outlive the import.
struct ImportTarget {
  engine::Runtime& runtime;
  const events::EventLog& log;
  const projections::ViewStore& views;
  engine::IdSource& ids;
  const engine::Definitions& definitions;
};

struct ImportOptions {
  std::string input;              // a path, or "-": standard input
  std::filesystem::path rejects;  // CSV, written anew; empty: none is written
  std::size_t sort_memory_bytes = std::size_t{32} << 20;  // of each of the two sorts
  std::filesystem::path temporary_directory = std::filesystem::temp_directory_path();
  bool progress = true;             // bars on standard error, if that is a terminal
  std::function<bool()> interrupt;  // asked now and then; true ends the import where it is
};

struct ImportSummary {
  std::uint64_t rows = 0;                         // of data, bad ones too
  std::uint64_t cases = 0;                        // collected by this run
  std::uint64_t commands = 0;                     // accepted in this run
  std::uint64_t already_there = 0;                // commands that the log held before
  std::uint64_t events = 0;                       // by this run, those of deadlines too
  std::uint64_t rejected_total = 0;               // entries of the rejects file
  std::map<std::string, std::uint64_t> rejected;  // by reason
  double seconds = 0;

  bool operator==(const ImportSummary&) const = default;
};

// {"rows":…,"cases":…,"commands":…,"already_there":…,"events":…,"rejected":{"total":…,"reasons":{…}},
//  "seconds":…}
void append_json(std::string& out, const ImportSummary& summary);

// Takes imported cases' deadlines from the wall clock first (Runtime::begin_import); to fire the
// rest of them is for whoever calls Runtime::settle_imports. An error is a sentence or several
// lines for the person at the terminal; what was sent before it is in the log.
std::expected<ImportSummary, std::string> run_import(const Mapping& mapping, ImportTarget target,
                                                     const ImportOptions& options);

}  // namespace huiyin::import
