// Whether two derived stores hold the same: live against rebuilt, node against node. A difference
// is a defect, to be reported and never healed in silence (DESIGN.md section 5).
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "projections/rows.hpp"
#include "projections/view_store.hpp"

namespace huiyin::projections {

// The sum mod 2^128 of the XXH3 of every row: independent of order and of how files lie.
struct Fingerprint {
  std::uint64_t high = 0, low = 0;
  std::uint64_t rows = 0;

  bool operator==(const Fingerprint&) const = default;
  // Mod 2^128: of rows that are in one or the other.
  Fingerprint& operator+=(const Fingerprint& other);
};
std::string format_fingerprint(const Fingerprint& fingerprint);

struct Fingerprints {
  std::vector<Position> applied;
  // By partition, then by Family; `meta` stays zero. History counts by event, commands without the
  // forgotten ones.
  std::vector<std::array<Fingerprint, family_count>> partitions;
};
std::expected<Fingerprints, StoreError> fingerprints(const ViewStore& store);

struct Difference {
  Partition partition = 0;
  Family family{};
  Fingerprint left, right;
  std::vector<std::string> keys;  // a few of those that differ, printable
};
struct Comparison {
  bool comparable = false;  // both stand at the same positions
  std::vector<Difference> differences;
};
std::expected<Comparison, StoreError> compare(const ViewStore& left, const ViewStore& right);

}  // namespace huiyin::projections
