// JSON Schemas (2020-12), written by a third archive that walks the same `serialize` functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace huiyin::events {

struct Schema {
  std::string name;  // "huiyin.case.replied.v1", "huiyin.envelope"
  std::string json;
};

// One per event type and one for the envelope as structured JSON. Objects are open: readers of the
// log ignore unknown fields, and so should readers of these.
std::vector<Schema> event_schemas();

}  // namespace huiyin::events
