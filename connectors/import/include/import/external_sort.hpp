// Sorts more records than fit into memory: sorted runs go to unnamed files, which are then merged.
// The order is (key bytes, order of adding). The files have no name from the moment of their
// creation, so that nothing is left behind whatever ends the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace huiyin::import {

struct ExternalSortOptions {
  // Records in memory before a run is written; merging stays within it too, but for records that
  // are larger than their share of it (a 64th). At least 64 KiB.
  std::size_t memory_limit_bytes = std::size_t{64} << 20;
  std::filesystem::path temporary_directory = std::filesystem::temp_directory_path();
};

// A sentence for people: what could not be written or read, where, and why.
struct SortError {
  std::string message;

  bool operator==(const SortError&) const = default;
};

// Valid until the next call of the sorter.
struct SortedRecord {
  std::string_view key;
  std::string_view payload;

  bool operator==(const SortedRecord&) const = default;
};

// add() any number of times, then next() until it gives nothing. One thread at a time. After an
// error the sorter is of no further use.
class ExternalSorter {
 public:
  explicit ExternalSorter(ExternalSortOptions options = {});
  ExternalSorter(const ExternalSorter&) = delete;
  ExternalSorter& operator=(const ExternalSorter&) = delete;
  ~ExternalSorter();

  // A record of more than a quarter of the memory limit is an error.
  std::expected<void, SortError> add(std::string_view key, std::string_view payload);

  // Records in ascending order. The first call ends the adding.
  std::expected<std::optional<SortedRecord>, SortError> next();

  std::uint64_t records() const;
  std::uint64_t spilled_bytes() const;  // written to files up to now, merges included

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace huiyin::import
