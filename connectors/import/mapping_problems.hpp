// Shared by the files that read and check mappings.
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "import/mapping.hpp"

namespace huiyin::import {

struct MappingProblems {
  std::string file;
  std::vector<MappingError> all;

  void add(int line, std::string key, std::string message) {
    all.push_back({file, line, std::move(key), std::move(message)});
  }
};

// " (one of: a, b, c)", shortened where there are many.
template <class Words>
std::string one_of(const Words& words) {
  std::string out = " (one of:";
  std::size_t count = 0;
  for (const auto& word : words) {
    if (++count > 60) return out + " …)";
    out += (count == 1 ? " " : ", ") + std::string(word);
  }
  return out + ")";
}

// mapping_check.cpp: the fields of each command's body against that command's schema.
void check_bodies(const Mapping& mapping, MappingProblems& problems);

}  // namespace huiyin::import
