// The file of what could not be taken: CSV with the row's number and line, its key, a reason to
// count by, a sentence, and the row's own columns; of a row that is no row, its first line as it
// stands in the last column, `raw`.
#pragma once

#include <expected>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "render.hpp"
#include "row.hpp"

namespace huiyin::import {

class RejectsFile {
 public:
  // An empty path: counts only.
  static std::expected<RejectsFile, std::string> create(const std::filesystem::path& path,
                                                        const std::vector<std::string>& header);

  void add(const Row& row, const Reject& reject, std::string_view raw = {});

  std::uint64_t total() const { return total_; }
  const std::map<std::string, std::uint64_t>& by_reason() const { return by_reason_; }
  // What could not be written of it.
  std::expected<void, std::string> close();

 private:
  std::filesystem::path path_;
  std::ofstream file_;
  std::size_t columns_ = 0;
  std::uint64_t total_ = 0;
  std::map<std::string, std::uint64_t> by_reason_;
};

}  // namespace huiyin::import
