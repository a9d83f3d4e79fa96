// Events about the record itself: notes, corrections, timers, follow-ups, moves of definition.
#pragma once

#include "events/case_types.hpp"

namespace huiyin::events {

// Touches no stage and no clock.
struct Annotated {
  std::string text;

  bool operator==(const Annotated&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("text", text, long_text));
  }
};

// The fields that a correction may replace. Empty: as it was.
struct CorrectedFields {
  std::string title;
  std::string body;
  std::string place;
  std::string category;
  std::string region;
  std::string station;
  std::optional<Instant> occurred_at;

  bool operator==(const CorrectedFields&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("title", title, title_text), optional("body", body, long_text),
       optional("place", place, short_text), optional("category", category, short_text),
       optional("region", region, id_text), optional("station", station, id_text),
       optional("occurred_at", occurred_at));
  }
};

// Names the event it corrects by that event's subjectversion. Nothing is rewritten or refolded:
// what follows from it (clocks) is decided now and carried here.
struct Corrected {
  std::uint32_t of = 0;
  CorrectedFields fields;
  std::string reason;
  std::string of_type;                // so that folding need not look the event up
  std::optional<Date> corrected_day;  // the local day of a corrected occurred_at

  bool operator==(const Corrected&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("of", of), required("fields", fields), required("reason", reason, long_text),
       decided("of_type", of_type), decided("corrected_day", corrected_day));
  }
};

// A clock instance spoke. `due` is what it was then.
struct DeadlineWarned {
  ClockKey key;
  Instant due{};
  Colour colour{};
  std::string holder;

  bool operator==(const DeadlineWarned&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    key.serialize(ar);
    ar(required("due", due), required("colour", colour), optional("holder", holder, short_text));
  }
};

struct DeadlineMissed {
  ClockKey key;
  Instant due{};
  std::string holder;

  bool operator==(const DeadlineMissed&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    key.serialize(ar);
    ar(required("due", due), optional("holder", holder, short_text));
  }
};

struct Escalated {
  ClockKey key;
  Instant due{};
  Colour colour{};
  std::uint16_t level = 0;  // 1 is the first escalation of this instance
  std::string to;
  std::string holder;

  bool operator==(const Escalated&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    key.serialize(ar);
    ar(required("due", due), optional("colour", colour), required("level", level),
       required("to", to, short_text), optional("holder", holder, short_text));
  }
};

// Due dates re-derived, for example after a calendar arrived. The new ones are in `clocks`.
struct Rescheduled {
  std::string reason;
  std::string calendar;

  bool operator==(const Rescheduled&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("reason", reason, long_text), decided("calendar", calendar));
  }
};

struct Migrated {
  std::string to;  // "suggestion@4"
  std::string reason;
  std::string from;

  bool operator==(const Migrated&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("to", to, id_text), optional("reason", reason, long_text), decided("from", from));
  }
};

// What became of a follow-up, told to the case that asked for it; or what became of the case that
// this one waits for (merged, converted).
enum class SettledResult : std::uint8_t {
  accepted,
  refused,
  replied,
  revisited,
  rejected,
  withdrawn,
  closed
};
constexpr auto names(SettledResult) {
  return std::array<std::string_view, 7>{"accepted", "refused",   "replied", "revisited",
                                         "rejected", "withdrawn", "closed"};
}

struct Settled {
  std::string follow_up;
  std::string by;  // the other case
  SettledResult result{};
  std::string class_code;
  std::optional<ClassMeaning> meaning;
  std::string detail;

  bool operator==(const Settled&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("follow_up", follow_up, short_text), required("by", by, id_text),
       required("result", result), optional("class", class_code, id_text),
       optional("meaning", meaning), optional("detail", detail, long_text));
  }
};

}  // namespace huiyin::events
