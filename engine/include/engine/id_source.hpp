// Where the runtime gets what is not decided by its input: the time, and fresh ids. Tests bring
// their own; all that follows from the same answers is the same.
#pragma once

#include <string>
#include <string_view>

#include "events/instant.hpp"

namespace huiyin::engine {

class IdSource {
 public:
  virtual ~IdSource() = default;
  // All are thread-safe.
  virtual events::Instant now() = 0;
  // A UUIDv7: unique, in order of time.
  virtual std::string fresh_id() = 0;
  // A UUIDv8 of the text: the same text gives the same id for ever.
  virtual std::string derived_id(std::string_view text) = 0;
};

}  // namespace huiyin::engine
