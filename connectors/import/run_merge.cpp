#include "run_merge.hpp"

#include <algorithm>

namespace huiyin::import {

RunMerge::RunMerge(std::vector<RunFile> runs, std::size_t buffer_bytes_per_run) {
  runs_.reserve(runs.size());
  for (RunFile& run : runs) runs_.emplace_back(std::move(run), buffer_bytes_per_run);
  heap_.reserve(runs.size());
}

bool RunMerge::after(std::size_t a, std::size_t b) const {
  const RunReader& left = runs_[a];
  const RunReader& right = runs_[b];
  if (left.prefix() != right.prefix()) return left.prefix() > right.prefix();
  const int order = left.record().key.compare(right.record().key);
  return order != 0 ? order > 0 : a > b;
}

std::expected<void, SortError> RunMerge::advance(std::size_t run) {
  const auto there = runs_[run].advance();
  if (!there) return std::unexpected(there.error());
  if (*there) {
    heap_.push_back(run);
    std::ranges::push_heap(heap_, [this](auto a, auto b) { return after(a, b); });
  }
  return {};
}

std::expected<std::optional<SortedRecord>, SortError> RunMerge::next() {
  if (!started_) {
    started_ = true;
    for (std::size_t run = 0; run < runs_.size(); ++run) {
      if (auto advanced = advance(run); !advanced) return std::unexpected(advanced.error());
    }
  }
  if (given_) {
    if (auto advanced = advance(*given_); !advanced) return std::unexpected(advanced.error());
    given_.reset();
  }
  if (heap_.empty()) return std::nullopt;
  std::ranges::pop_heap(heap_, [this](auto a, auto b) { return after(a, b); });
  given_ = heap_.back();
  heap_.pop_back();
  return runs_[*given_].record();
}

}  // namespace huiyin::import
