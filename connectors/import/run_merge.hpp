// Merges sorted runs into one ascending sequence; on equal keys the earlier run goes first.
#pragma once

#include <vector>

#include "sorted_run.hpp"

namespace huiyin::import {

class RunMerge {
 public:
  RunMerge(std::vector<RunFile> runs, std::size_t buffer_bytes_per_run);

  // Nothing at the end. The record is valid until the next call.
  std::expected<std::optional<SortedRecord>, SortError> next();

 private:
  bool after(std::size_t a, std::size_t b) const;
  std::expected<void, SortError> advance(std::size_t run);

  std::vector<RunReader> runs_;
  std::vector<std::size_t> heap_;  // of runs that have a record; the smallest first
  bool started_ = false;
  std::optional<std::size_t> given_;  // whose record the caller holds
};

}  // namespace huiyin::import
