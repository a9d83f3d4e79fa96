// What can go wrong in the derived store of a correct program.
#pragma once

#include <cstdint>
#include <string>

namespace huiyin::projections {

enum class StoreErrorCode : std::uint8_t {
  full,         // no space; nothing was applied, reading goes on, may work later
  unavailable,  // the medium does not answer
  corrupt,      // what is stored is not what was written: rebuild
  format,       // written by another version of this program: rebuild
  mismatch,     // another number of partitions than the log has
  busy,         // open in another process
  invalid,      // a query that cannot be answered as it was asked
  too_broad,    // a query that would read more than its bound: narrow the filter
  forbidden,    // outside what the asker may see
};

struct StoreError {
  StoreErrorCode code;
  std::string detail;
};

}  // namespace huiyin::projections
