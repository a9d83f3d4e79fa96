// A process definition as the engine uses it: config/processes/*.toml, read and checked. Events are
// code, rules are configuration (DESIGN.md section 6). Plain values, immutable once loaded, shared
// by all threads.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/actor.hpp"
#include "engine/calendar.hpp"
#include "engine/command.hpp"
#include "engine/deadline.hpp"
#include "engine/zone.hpp"

namespace huiyin::engine {

// Named conditions on a case's state, in code, each with a message and a rule (guard.cpp). A
// definition uses them in `require` (must hold before) and `once` (holds after the event: only then
// the case moves to `to`, else it stays where it is).
enum class Guard : std::uint8_t {
  gates_passed,     // every gate of the policy
  has_category,     // analysed
  has_lead_deputy,  // somebody proposes it
  in_congress,      // a congress is addressed
  all_signed,       // every live lane but assisting ones
  all_replied,      // every live lead and separate lane, in its current round
  all_rated,        // every rater on every such lane (or the rule of S3-34 applies)
  all_withdrawn,    // by the withdrawal policy
  satisfied,        // no lane of the newest round is dissatisfied by the result policy
  last_rung_used,   // dissatisfied after the last rung of the ladder
  outlet_done,      // the outlet answered with a result
  outlet_failed,    // the outlet answered: out of scope or not done
  solved_by_deed,
  feedback_given,  // nobody outside is owed feed-back (S0-31)
  sent_back,       // a gate sent it back and no revision came yet
  not_sent_back,
  no_open_commitment,  // no commitment clock runs
};
constexpr auto names(Guard) {
  return std::array<std::string_view, 17>{
      "gates-passed",  "has-category",      "has-lead-deputy", "in-congress",    "all-signed",
      "all-replied",   "all-rated",         "all-withdrawn",   "satisfied",      "last-rung-used",
      "outlet-done",   "outlet-failed",     "solved-by-deed",  "feedback-given", "sent-back",
      "not-sent-back", "no-open-commitment"};
}

struct Transition {
  CommandType command{};
  std::vector<std::string> from;  // stages; "" is "no case yet"
  std::string to;                 // empty: the stage stays
  std::optional<Guard> once;
  RoleSet by;
  std::vector<Guard> require;
  std::vector<std::string> start, stop, pause, resume;  // names of clocks
  // For messages: an overlay's own place, or its base's where it says nothing.
  std::string file;
  int line = 0;
};

// Whose clock it is, one instance per …
enum class Holder : std::uint8_t {
  lane,   // … lane that the event concerns; its organ owes it
  rater,  // … rater of the lane that was replied to; the deputy owes it
  role,   // … case; a role owes it
};
constexpr auto names(Holder) { return std::array<std::string_view, 3>{"lane", "rater", "case"}; }

struct Warning {
  Duration before;
  events::Colour colour{};
};

struct Escalation {
  Duration after;  // of the due day; zero: as soon as it is missed
  events::Colour colour{};
  std::string to;  // who is told: a role's name
};

struct Extension {
  Duration to;  // from the clock's start: "six months instead of three"
  int times = 1;
};

struct Clock {
  std::string name;
  Holder holder{};
  std::string holder_role;              // Holder::role
  std::vector<events::LaneRole> lanes;  // Holder::lane: which handlers; empty: all
  std::optional<Duration> after;
  std::optional<Duration> before;  // before `before_clock` is due
  std::string before_clock;
  bool commitment = false;                // due on the date that the reply promises
  bool promised = false;                  // started only where the reply's class promises
  std::optional<Duration> default_after;  // commitment clocks: where the date is unknown
  Roll roll = Roll::none;
  std::optional<Extension> extend;
  std::vector<Warning> warn;
  std::vector<Escalation> escalate;
  bool ladder = false;          // as long as the lane's rung of the ladder says
  std::optional<Guard> unless;  // not started where this holds after the event
  bool lapses = false;          // a right, not a duty: it passes silently, nothing is ever overdue
  bool outlives_end = false;    // goes on after close (commitments)
  std::string file;             // as of Transition
  int line = 0;
};

struct ReplyClass {
  std::string code;
  events::ClassMeaning meaning{};
  std::string label;
};

struct Rung {
  std::string form;       // reply, face-to-face, committee-meeting, expert-evaluation
  bool superior = false;  // handled by the organ's superior
  Duration within;
};

enum class Raters : std::uint8_t { all, lead, delegation };
constexpr auto names(Raters) {
  return std::array<std::string_view, 3>{"all", "lead", "delegation"};
}
enum class ResultRule : std::uint8_t { any_dissatisfied, majority, lead };
constexpr auto names(ResultRule) {
  return std::array<std::string_view, 3>{"any-dissatisfied", "majority", "lead"};
}
enum class Withdrawal : std::uint8_t { unanimous, lead };
constexpr auto names(Withdrawal) { return std::array<std::string_view, 2>{"unanimous", "lead"}; }
enum class ReplyFrom : std::uint8_t { reassign, first_hand_off };
constexpr auto names(ReplyFrom) {
  return std::array<std::string_view, 2>{"reassign", "first-hand-off"};
}

// Where the documents are silent; each default is marked as local policy in the shipped files.
struct Policy {
  Raters raters = Raters::all;
  ResultRule result = ResultRule::any_dissatisfied;
  bool none_counts = false;  // whether `none` counts in the satisfaction denominator
  bool late_return = false;  // a return may still be asked for after its window
  ReplyFrom reply_from = ReplyFrom::reassign;
  Withdrawal withdrawal = Withdrawal::unanimous;
  std::vector<events::ReplyTo> reply_to;  // how a reply may reach joint proposers; empty: any way
  std::vector<std::string> gates;
  std::vector<Rung> ladder;
};

// May a role enter for another: an officer for a deputy, a coordinator for a paper reply.
struct Behalf {
  Role who{};
  RoleSet for_whom;
};

// One thing that a definition's files say, for comparing: "clock.reply.after", "{ months = 3 }".
struct Statement {
  std::string key;
  std::string value;
  bool operator==(const Statement&) const = default;
};

struct Definition {
  std::string name;  // suggestion; an overlay's: zhejiang/suggestion
  std::uint32_t version = 1;
  std::string profile;  // zhejiang: whose overlay it is; empty where it is a definition of its own
  std::string base;     // suggestion@1: what the overlay lies on
  std::string file;
  std::string hash;           // of the bytes of its file, and of its base's, hex
  events::Date valid_from{};  // business date from which new cases are pinned to it
  std::vector<events::Kind> kinds;
  bool is_default = true;              // may be chosen by kind alone; else only by its name
  bool records_other_systems = false;  // importers only, exempt from the feed-back guard
  std::vector<std::string> ends;
  std::vector<Transition> transitions;
  std::vector<Clock> clocks;
  std::string scheme;  // "hunan-2022"
  std::vector<ReplyClass> classes;
  std::vector<std::string> reject_codes, redirect_codes, withhold_codes;
  std::vector<Behalf> behalf;
  Policy policy;
  Zone zone;
  Calendar calendar = Calendar::monday_to_friday();
  std::vector<Statement> statements;  // in the order of their keys

  std::string id() const { return name + "@" + std::to_string(version); }
  // The name without a profile: what different profiles' definitions of one process share.
  std::string_view process() const;
  bool is_end(std::string_view stage) const;
  const Clock* find_clock(std::string_view clock) const;
  const ReplyClass* find_class(std::string_view code) const;
  // The transition of a command from a stage; null when there is none.
  const Transition* find(CommandType command, std::string_view stage) const;
  bool may_enter_for(Role who, Role for_whom) const;
};

// All loaded definitions, those of every profile: what a case is pinned to is found whichever
// profile the deployment has. The profile only chooses for new cases.
class Definitions {
 public:
  Definitions() = default;
  explicit Definitions(std::vector<std::shared_ptr<const Definition>> all,
                       std::string profile = {});

  const std::vector<std::shared_ptr<const Definition>>& all() const { return all_; }
  // By the id that a case is pinned to.
  const Definition* find(std::string_view id) const;
  // The newest version of `name` in force on `day`, where it takes that kind; without a name, of
  // the definition that is the kind's default, the profile's own before others. Null when there is
  // none.
  const Definition* in_force(std::string_view name, events::Kind kind, events::Date day) const;

  const std::string& profile() const { return profile_; }
  // What a person here means by a name: "suggestion" is zhejiang/suggestion where the profile is
  // zhejiang and has one.
  std::string meant_by(std::string_view name) const;

 private:
  std::vector<std::shared_ptr<const Definition>> all_;
  std::string profile_;
};

}  // namespace huiyin::engine
