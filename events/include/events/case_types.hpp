// The words and small values that case events share. Chinese terms: docs/glossary.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/date.hpp"
#include "events/enum_names.hpp"
#include "events/field.hpp"
#include "events/instant.hpp"

namespace huiyin::events {

// Who acts, as what (DESIGN.md section 6). `timer` is the engine itself.
enum class Role : std::uint8_t {
  citizen,
  deputy,
  officer,  // 联络员 (S4-7)
  reviewer,
  coordinator,  // 代表工作机构 (S0-5)
  dispatcher,
  organ,
  supervisor,  // 专门委员会、常委会工作机构 (S0-3)
  leader,      // 主任会议成员 (S0-2)
  auditor,
  integrator,
  importer,
  admin,
  timer
};
constexpr auto names(Role) {
  return std::array<std::string_view, 14>{
      "citizen",    "deputy", "officer", "reviewer",   "coordinator", "dispatcher", "organ",
      "supervisor", "leader", "auditor", "integrator", "importer",    "admin",      "timer"};
}

// 事项, 代表建议, 议案, 立法建议 (S2-10, S2-14).
enum class Kind : std::uint8_t { matter, suggestion, motion, legislative };
constexpr auto names(Kind) {
  return std::array<std::string_view, 4>{"matter", "suggestion", "motion", "legislative"};
}

// How it reached us (S0-32, S4-1, S1-23, S3-49).
enum class Channel : std::uint8_t {
  in_person,
  phone,
  sms,
  wechat,
  letter,
  email,
  web,
  qr,
  hotline_12345,
  other
};
constexpr auto names(Channel) {
  return std::array<std::string_view, 10>{"in-person", "phone", "sms", "wechat",        "letter",
                                          "email",     "web",   "qr",  "hotline-12345", "other"};
}

// Five levels of congress (S0-18).
enum class Level : std::uint8_t { national, provincial, city, county, township };
constexpr auto names(Level) {
  return std::array<std::string_view, 5>{"national", "provincial", "city", "county", "township"};
}

// A proposer's part in a case: 领衔 or 附议.
enum class Part : std::uint8_t { lead, cosigner };
constexpr auto names(Part) { return std::array<std::string_view, 2>{"lead", "cosigner"}; }

// 主办, 会办, 分办, 协办. An assisting unit owes no reply.
enum class LaneRole : std::uint8_t { lead, co, separate, assist };
constexpr auto names(LaneRole) {
  return std::array<std::string_view, 4>{"lead", "co", "separate", "assist"};
}

// What a reply class means, whatever its letter (law-and-practice.md 1.4).
enum class ClassMeaning : std::uint8_t { solved, in_progress, planned, not_possible, reference };
constexpr auto names(ClassMeaning) {
  return std::array<std::string_view, 5>{"solved", "in-progress", "planned", "not-possible",
                                         "reference"};
}
constexpr bool promises(ClassMeaning meaning) {
  return meaning == ClassMeaning::in_progress || meaning == ClassMeaning::planned;
}

enum class Satisfaction : std::uint8_t { satisfied, basically, dissatisfied, none };
constexpr auto names(Satisfaction) {
  return std::array<std::string_view, 4>{"satisfied", "basically", "dissatisfied", "none"};
}

enum class Colour : std::uint8_t { none, blue, yellow, orange, red };
constexpr auto names(Colour) {
  return std::array<std::string_view, 5>{"none", "blue", "yellow", "orange", "red"};
}

enum class ThresholdKind : std::uint8_t { warn, miss, escalate };
constexpr auto names(ThresholdKind) {
  return std::array<std::string_view, 3>{"warn", "miss", "escalate"};
}

enum class ClockAction : std::uint8_t { start, stop, cancel, pause, resume, extend, reschedule };
constexpr auto names(ClockAction) {
  return std::array<std::string_view, 7>{"start",  "stop",   "cancel",    "pause",
                                         "resume", "extend", "reschedule"};
}

// An instant at which a running clock says something.
struct Threshold {
  ThresholdKind kind{};
  Instant at{};
  Colour colour{};
  std::string to;  // escalations: the role that is told

  bool operator==(const Threshold&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("kind", kind), required("at", at), optional("colour", colour),
       optional("to", to, short_text));
  }
};

// Which clock: one instance per (clock, lane or deputy, round).
struct ClockKey {
  std::string clock;
  std::uint16_t lane = 0;  // 0: not a lane's
  std::string deputy;      // empty: not a deputy's
  std::uint16_t round = 0;

  bool operator==(const ClockKey&) const = default;
  auto operator<=>(const ClockKey&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("clock", clock, id_text), optional("lane", lane),
       optional("deputy", deputy, id_text), optional("round", round));
  }
};

// What an event did to one clock instance. Due dates and thresholds are decided then and recorded,
// so that folding needs no calendar.
struct ClockChange {
  ClockKey key;
  ClockAction action{};
  std::string holder;          // organ, deputy or role that owes it
  std::optional<Instant> due;  // last millisecond of the due day
  std::vector<Threshold> thresholds;
  std::optional<Instant> started;  // where a correction moved the clock's start
  bool provisional = false;        // computed over a year whose calendar was not loaded
  std::string calendar;            // its version

  bool operator==(const ClockChange&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    key.serialize(ar);
    ar(required("action", action), optional("holder", holder, short_text), optional("due", due),
       optional("thresholds", thresholds), optional("started", started),
       optional("provisional", provisional), optional("calendar", calendar, short_text));
  }
};

// A deputy who proposes or carries a case.
struct Proposer {
  std::string deputy;
  Part part{};
  std::string congress;  // whose deputy, e.g. "430000-14"
  std::string delegation;

  bool operator==(const Proposer&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("deputy", deputy, id_text), optional("part", part),
       optional("congress", congress, id_text), optional("delegation", delegation, id_text));
  }
};

// A citizen's details, sealed before any log sees them (DESIGN.md section 7). `anonymous` citizens
// have no details; they are fed back to by publication.
struct Petitioner {
  bool anonymous = false;
  std::string person;
  std::string key;
  std::string nonce;       // base64
  std::string ciphertext;  // base64, AES-256-GCM with its tag

  bool operator==(const Petitioner&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(optional("anonymous", anonymous), optional("person", person, id_text),
       optional("key", key, id_text), optional("nonce", nonce, short_text),
       optional("ciphertext", ciphertext, long_text));
  }
};

// How and with what words citizens were answered.
struct Feedback {
  std::string how;  // visit, phone, letter, platform, publication …
  std::string text;

  bool operator==(const Feedback&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("how", how, short_text), optional("text", text, long_text));
  }
};

}  // namespace huiyin::events
