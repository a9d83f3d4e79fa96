// What lists show of a case, and what they filter by. One row per case.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/case_state.hpp"

namespace huiyin::projections {

struct StatusRow {
  std::string id;
  std::uint32_t version = 0;
  events::Kind kind{};
  std::string stage;
  bool ended = false;
  std::string title, station, region, category, class_code;
  std::vector<std::string> organs;  // of the lanes that are live
  std::vector<std::string> deputies;
  std::string supervisor;
  std::vector<std::string> joining;
  Instant collected_at{};
  Instant updated{};
  std::optional<Instant> due;  // the earliest of its running clocks
  events::Colour colour{};     // the worst of its running clocks
  bool overdue = false;        // one of them was missed
  bool promised = false;       // a lane's class promises
  bool key = false;
  bool imported = false;

  bool operator==(const StatusRow&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("case", id), required("version", version), required("kind", kind),
       required("stage", stage), optional("ended", ended), required("title", title),
       optional("station", station), optional("region", region), optional("category", category),
       optional("class", class_code), optional("organs", organs), optional("deputies", deputies),
       optional("supervisor", supervisor), optional("joining", joining),
       required("collected_at", collected_at), required("updated", updated), optional("due", due),
       optional("colour", colour), optional("overdue", overdue), optional("promised", promised),
       optional("key", key), optional("imported", imported));
  }
};

StatusRow status_row(const CaseState& state);

// A running clock that has spoken: due soon (coloured) or missed.
struct OverdueRow {
  std::string id;
  events::ClockKey key;
  std::string holder;
  Instant due{};
  events::Colour colour{};
  std::uint16_t level = 0;
  bool missed = false;
  bool provisional = false;
  std::string supervisor, region, station;
  std::vector<std::string> joining, deputies;

  bool operator==(const OverdueRow&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("case", id));
    key.serialize(ar);
    ar(required("holder", holder), required("due", due), optional("colour", colour),
       optional("level", level), optional("missed", missed), optional("provisional", provisional),
       optional("supervisor", supervisor), optional("region", region), optional("station", station),
       optional("joining", joining), optional("deputies", deputies));
  }
};

// Whether a running clock is shown as overdue or due soon.
bool has_spoken(const ClockInstance& clock);

}  // namespace huiyin::projections
