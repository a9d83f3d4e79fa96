// What is so of one case: the fold of its events. The engine decides on this same state, and every
// view is a function of it. Its `serialize` names are also the JSON of GET /v1/cases/{id}.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/case_event.hpp"
#include "events/position.hpp"

namespace huiyin::projections {

using events::Date;
using events::Instant;

// Where one handler stands.
enum class LaneStage : std::uint8_t {
  open,              // handed off, not yet signed for
  signed_for,        // 签收
  return_requested,  // 申请退办; stops no clock
  returned,          // granted: owes nothing any more
  reassigned,        // another lane took its place
  opinion_given,     // a co-handler's part is done
  replied,
};
constexpr auto names(LaneStage) {
  return std::array<std::string_view, 7>{
      "open", "signed", "return-requested", "returned", "reassigned", "opinion-given", "replied"};
}

struct Lane {
  std::uint16_t lane = 0;
  std::string organ;
  events::LaneRole role{};
  LaneStage stage{};
  std::uint16_t round = 0;  // of handling: 0 the first, then one per re-handling
  std::uint16_t rung = 0;   // of the re-handling ladder, 0 none
  Instant handed_off{};
  std::string class_code;  // of the newest reply or revisit
  std::optional<events::ClassMeaning> meaning;
  std::string first_class;  // kept (S3-33)
  std::optional<Date> commitment;
  std::optional<Date> replied_on;
  std::optional<bool> on_time;  // of the newest reply, where a clock ran
  std::uint16_t extensions = 0;
  bool extension_requested = false;
  bool contacted = false;
  std::uint32_t reply_version = 0;  // the event that holds the reply's text

  bool operator==(const Lane&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("lane", lane), required("organ", organ), required("role", role),
       required("stage", stage), optional("round", round), optional("rung", rung),
       required("handed_off", handed_off), optional("class", class_code),
       optional("meaning", meaning), optional("first_class", first_class),
       optional("commitment", commitment), optional("replied_on", replied_on),
       optional("on_time", on_time), optional("extensions", extensions),
       optional("extension_requested", extension_requested), optional("contacted", contacted),
       optional("reply_version", reply_version));
  }
};

// Whether the lane still takes part: neither returned nor replaced.
bool is_live(const Lane& lane);
// Whether the lane owes (or has given) a reply of its own.
bool owes_reply(const Lane& lane);

// A running (or paused) clock. Stopped clocks leave the state; their history stays in the log.
struct ClockInstance {
  events::ClockKey key;
  std::string holder;
  Instant started{};
  Instant due{};
  std::vector<events::Threshold> thresholds;  // still to fire, in order
  std::optional<Instant> paused;
  bool missed = false;
  events::Colour colour{};
  std::uint16_t level = 0;  // escalations so far
  std::uint16_t extensions = 0;
  std::uint16_t urges = 0;
  bool provisional = false;
  std::string calendar;

  bool operator==(const ClockInstance&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    key.serialize(ar);
    ar(optional("holder", holder), required("started", started), required("due", due),
       optional("thresholds", thresholds), optional("paused", paused), optional("missed", missed),
       optional("colour", colour), optional("level", level), optional("extensions", extensions),
       optional("urges", urges), optional("provisional", provisional),
       optional("calendar", calendar));
  }
};

struct Rating {
  std::uint16_t lane = 0;
  std::uint16_t round = 0;
  std::string deputy;
  events::Satisfaction result{};
  std::optional<events::Satisfaction> attitude;

  bool operator==(const Rating&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("lane", lane), optional("round", round), required("deputy", deputy),
       required("result", result), optional("attitude", attitude));
  }
};

// A case that was merged or converted into this one and waits for it.
struct Source {
  std::string id;
  events::LinkKind link{};
  bool petitioner = false;

  bool operator==(const Source&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("case", id), required("link", link), optional("petitioner", petitioner));
  }
};

// The case that this one waits for.
struct Target {
  std::string id;
  events::LinkKind link{};
  std::string follow_up;
  bool confirmed = false;
  std::string stage_before;   // where a refusal returns to
  std::uint32_t relayed = 0;  // the version of the target whose news came last

  bool operator==(const Target&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("case", id), required("link", link), required("follow_up", follow_up),
       optional("confirmed", confirmed), required("stage_before", stage_before),
       optional("relayed", relayed));
  }
};

struct KeyMark {
  events::KeyForm form{};
  std::string category;
  std::string supervising_leader;
  std::string handling_leader;

  bool operator==(const KeyMark&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("form", form), optional("category", category),
       optional("supervising_leader", supervising_leader),
       optional("handling_leader", handling_leader));
  }
};

// The local days on which a case first reached something; what periods count by.
struct Milestones {
  std::optional<Date> accepted, handed_off, replied, rated, fed_back, published, closed;

  bool operator==(const Milestones&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    ar(optional("accepted", accepted), optional("handed_off", handed_off),
       optional("replied", replied), optional("rated", rated), optional("fed_back", fed_back),
       optional("published", published), optional("closed", closed));
  }
};

struct CaseState {
  std::string id;             // the subject
  std::uint32_t version = 0;  // 0: no such case yet
  std::string process;        // suggestion@3
  std::string stage;
  bool ended = false;
  std::string end_event;  // the name of the event that ended it: closed, redirected …
  Instant stage_since{};
  Instant last_occurred{};
  Instant updated{};  // recorded time of the last event

  events::Kind kind{};
  std::string title;
  std::uint32_t body_version = 0;  // the event that holds the body's newest text, 0 none
  events::Channel channel{};
  std::string occasion, station, region, place, congress, category, external_id, chosen_deputy;
  std::optional<events::Level> level;
  std::string nature;
  std::string officer;  // who took it in, where an officer did
  Date collected{};
  Instant collected_at{};
  bool whole_delegation = false;
  bool inter_session = false;
  std::vector<events::ContactMode> modes;
  bool imported = false;        // its timers wait for settle-import
  bool needs_transfer = false;  // S4-10
  std::vector<events::Proposer> proposers;
  std::vector<std::string> withdrawn;  // deputies who withdrew while others did not
  std::optional<events::Petitioner> petitioner;

  std::vector<std::string> gates_passed;
  bool sent_back = false;
  std::optional<KeyMark> key;
  std::string supervisor;  // the responsible supervising organ (S2-33)
  std::vector<std::string> joining;
  std::string meeting;
  std::vector<Lane> lanes;
  std::vector<ClockInstance> clocks;
  std::vector<Rating> ratings;
  std::uint16_t rehandlings = 0;
  std::uint16_t revisits = 0;
  std::vector<std::string> campaigns;  // in which it was looked at again
  std::uint16_t reopenings = 0;
  std::optional<events::Outlet> outlet;
  std::optional<events::OutletResult> outlet_result;  // of the newest pass-on
  bool outlet_adopted = false;
  std::int32_t outlet_changes = 0;
  bool solved_by_deed = false;
  bool fed_back = false;
  bool withheld = false;
  bool still_dissatisfied = false;
  Milestones days;

  std::vector<Source> sources;
  std::optional<Target> target;
  std::vector<events::FollowUp> outbox;  // follow-ups whose answer has not come back

  bool operator==(const CaseState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("case", id), required("version", version), required("process", process),
       required("stage", stage), optional("ended", ended), optional("end_event", end_event),
       required("stage_since", stage_since), required("last_occurred", last_occurred),
       required("updated", updated), required("kind", kind), required("title", title),
       optional("body_version", body_version), required("channel", channel),
       optional("occasion", occasion), optional("station", station), optional("region", region),
       optional("place", place), optional("congress", congress), optional("category", category),
       optional("external_id", external_id), optional("chosen_deputy", chosen_deputy),
       optional("level", level), optional("nature", nature), optional("officer", officer),
       required("collected", collected), required("collected_at", collected_at),
       optional("whole_delegation", whole_delegation), optional("inter_session", inter_session),
       optional("modes", modes), optional("imported", imported),
       optional("needs_transfer", needs_transfer), optional("deputies", proposers),
       optional("withdrawn", withdrawn), optional("petitioner", petitioner),
       optional("gates_passed", gates_passed), optional("sent_back", sent_back),
       optional("key", key), optional("supervisor", supervisor), optional("joining", joining),
       optional("meeting", meeting), optional("lanes", lanes), optional("clocks", clocks),
       optional("ratings", ratings), optional("rehandlings", rehandlings),
       optional("revisits", revisits), optional("campaigns", campaigns),
       optional("reopenings", reopenings), optional("outlet", outlet),
       optional("outlet_result", outlet_result), optional("outlet_adopted", outlet_adopted),
       optional("outlet_changes", outlet_changes), optional("solved_by_deed", solved_by_deed),
       optional("fed_back", fed_back), optional("withheld", withheld),
       optional("still_dissatisfied", still_dissatisfied), required("days", days),
       optional("sources", sources), optional("target", target), optional("outbox", outbox));
  }
};

const Lane* find_lane(const CaseState& state, std::uint16_t lane);
const ClockInstance* find_clock(const CaseState& state, const events::ClockKey& key);

// The class of the whole case: that of its lead lane, else of the first lane that owes a reply.
// Null where nothing was replied.
const Lane* lane_of_record(const CaseState& state);

// Whether anybody outside is owed feed-back: its own petitioner's or a linked matter's (S0-31,
// S2-8).
bool owes_feedback(const CaseState& state);

// The rating of one deputy on one lane's current round; null when there is none yet.
const Rating* rating_of(const CaseState& state, const Lane& lane, std::string_view deputy);

}  // namespace huiyin::projections
