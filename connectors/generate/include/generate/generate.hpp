// A synthetic province: regions, organs, stations, deputies, and the lives of cases, in the
// proportions that the documents publish (S1-28, S3-22, S3-32). Same seed, same bytes; no person in
// it exists, and every id says so.
//
// Cases are collected evenly over the days before `until`; what would happen later is not made, so
// the newest cases are still open. Recorded time is business time: nobody enters anything late.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>

#include "engine/definition.hpp"
#include "events/date.hpp"
#include "events/event_log.hpp"

namespace huiyin::generate {

using std::chrono::operator""y;

struct GenerateOptions {
  std::uint64_t cases = 1'000;
  std::uint64_t seed = 1;
  events::Date until = 2025y / 12 / 31;  // the last day
  int days = 365;                        // over which cases are collected
  std::string source = "/huiyin/generated";
  std::size_t sort_memory_bytes = std::size_t{128} << 20;
  std::filesystem::path temporary_directory = std::filesystem::temp_directory_path();
  bool progress = true;             // bars on standard error, if that is a terminal
  std::function<bool()> interrupt;  // asked now and then; true ends it
};

struct GenerateSummary {
  std::uint64_t cases = 0;
  std::uint64_t commands = 0;
  std::uint64_t events = 0;                       // 0 where only commands were written
  std::map<std::string, std::uint64_t> by_event;  // "collected": …
  double seconds = 0;
};

// {"cases":…,"commands":…,"events":…,"by_event":{…},"seconds":…}
void append_json(std::string& out, const GenerateSummary& summary);

// Decides every command with the engine itself and appends the events, in order of time, to a log
// that must be empty. Views are the reader's to make. The error is a sentence.
std::expected<GenerateSummary, std::string> generate_log(const GenerateOptions& options,
                                                         const engine::Definitions& definitions,
                                                         events::EventLog& log);

// The commands alone, in order of time, one JSON object a line:
// {"case":…,"command":…,"actor":…,"role":…,"organ":…,"station":…,"region":…,"behalf":…,
//  "occurred_at":…,"body":{…}}
std::expected<GenerateSummary, std::string> generate_commands(const GenerateOptions& options,
                                                              std::ostream& out);

}  // namespace huiyin::generate
