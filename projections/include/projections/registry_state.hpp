// What is so of one subject of the registry: the fold of its events. Its `serialize` names are also
// the JSON of GET /v1/stations/{id} and its like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/envelope.hpp"
#include "events/registry_event.hpp"

namespace huiyin::projections {

// A name and the day from which it holds (S1-1).
struct DatedName {
  std::string name;
  events::Date from{};

  bool operator==(const DatedName&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("name", name), required("from", from));
  }
};

// What region, organ, station and group have in common: names in time, and an end.
struct Named {
  std::vector<DatedName> names;  // the last one holds
  std::optional<events::Date> ended;
  std::string into;  // what took its place

  bool operator==(const Named&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    ar(optional("names", names), optional("ended", ended), optional("into", into));
  }
};

struct RegionState : Named {
  events::RegionKind kind{};
  std::string parent;

  bool operator==(const RegionState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    Named::serialize(ar);
    ar(required("region_kind", kind), optional("parent", parent));
  }
};

// A post and the days on which it was held.
template <class Post>
struct Staff {
  std::string person, name;
  Post post{};
  events::Date from{};
  std::optional<events::Date> to;

  bool operator==(const Staff&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("person", person), optional("name", name), required("post", post),
       required("from", from), optional("to", to));
  }
};

struct OrganState : Named {
  events::OrganKind kind{};
  std::string region, superior;
  std::vector<std::string> sectors;
  std::vector<Staff<events::OrganPost>> staff;

  bool operator==(const OrganState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    Named::serialize(ar);
    ar(required("organ_kind", kind), required("region", region), optional("superior", superior),
       optional("sectors", sectors), optional("staff", staff));
  }
};

struct CongressState {
  std::string name;
  events::Level level{};
  std::string region;
  std::vector<events::TermOpened> terms;
  std::vector<events::SessionHeld> sessions;
  std::vector<events::DelegationFormed> delegations;

  bool operator==(const CongressState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("name", name), required("level", level), required("region", region),
       optional("terms", terms), optional("sessions", sessions),
       optional("delegations", delegations));
  }
};

struct Mandate {
  std::string congress;
  std::uint16_t term = 0;
  std::string electing_unit, delegation;
  events::Level level{};
  events::Date from{};
  std::optional<events::Date> to;
  std::string reason;

  bool operator==(const Mandate&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("congress", congress), required("term", term),
       optional("electing_unit", electing_unit), optional("delegation", delegation),
       required("level", level), required("from", from), optional("to", to),
       optional("reason", reason));
  }
};

struct Enrolment {
  std::string station;
  events::Date from{};
  std::optional<events::Date> to;

  bool operator==(const Enrolment&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("station", station), required("from", from), optional("to", to));
  }
};

struct DeputyState {
  events::DeputyRegistered profile;
  std::vector<Mandate> mandates;
  std::vector<Enrolment> stations;
  std::vector<events::CardField> disclosed;

  bool operator==(const DeputyState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    profile.serialize(ar);
    ar(optional("mandates", mandates), optional("stations", stations),
       optional("disclosed", disclosed));
  }
};

struct StationAssessment {
  std::string checklist;
  std::vector<std::string> met;
  std::uint16_t items = 0;
  events::Date day{};

  bool operator==(const StationAssessment&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("checklist", checklist), optional("met", met), required("items", items),
       required("day", day));
  }
};

struct StationState : Named {
  events::StationTier tier{};
  events::StationForm form{};
  std::string region, parent, address;
  std::int64_t area_m2 = 0;
  std::int32_t floor = 0;
  std::vector<StationAssessment> assessments;  // the newest of each checklist
  std::vector<Staff<events::StationPost>> staff;
  events::StationDescribed text;
  std::optional<events::MarketDaysSet> market;

  bool operator==(const StationState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    Named::serialize(ar);
    ar(required("tier", tier), required("form", form), required("region", region),
       optional("parent", parent), optional("address", address), optional("area_m2", area_m2),
       optional("floor", floor), optional("assessments", assessments), optional("staff", staff),
       optional("market_days", market));
    text.serialize(ar);
  }
};

struct Member {
  std::string deputy;
  events::GroupPost post{};
  events::Date from{};
  std::optional<events::Date> to;

  bool operator==(const Member&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("deputy", deputy), required("post", post), required("from", from),
       optional("to", to));
  }
};

struct GroupState : Named {
  std::string region, congress;
  bool professional = false;
  std::vector<Member> members;

  bool operator==(const GroupState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    Named::serialize(ar);
    ar(required("region", region), optional("congress", congress),
       optional("professional", professional), optional("members", members));
  }
};

struct ActivityState {
  events::ActivityPlanned plan;  // with the day to which it was put off
  std::vector<std::string> channels;
  std::optional<events::Date> announced;
  events::ActivityHeld held;
  std::string reporter, report;
  std::optional<events::Date> reported;
  std::string reason;  // of the cancellation, or of the last correction
  std::uint32_t corrections = 0;

  bool operator==(const ActivityState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    plan.serialize(ar);
    ar(optional("channels", channels), optional("announced", announced));
    held.serialize(ar);
    ar(optional("reporter", reporter), optional("report", report), optional("reported", reported),
       optional("reason", reason), optional("corrections", corrections));
  }
};

struct CampaignState {
  events::CampaignOpened what;
  std::vector<std::string> cases, sampled;
  std::string report;
  std::optional<events::Date> closed;

  bool operator==(const CampaignState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    what.serialize(ar);
    ar(optional("cases", cases), optional("sampled", sampled), optional("report", report),
       optional("closed", closed));
  }
};

struct ProjectState {
  events::ProjectProposed what;
  std::optional<events::ProjectVoted> vote;
  std::optional<events::Date> voted, completed;
  std::int32_t percent = 0;
  std::int64_t spent_yuan = 0;
  std::optional<events::ProjectAppraised> appraisal;
  std::string reason;  // why it was dropped

  bool operator==(const ProjectState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    what.serialize(ar);
    ar(optional("vote", vote), optional("voted", voted), optional("completed", completed),
       optional("percent", percent), optional("spent_yuan", spent_yuan),
       optional("appraisal", appraisal), optional("reason", reason));
  }
};

struct PeriodicalIssue {
  std::uint16_t year = 0;
  std::uint32_t number = 0, total = 0;
  events::Date date{};
  std::string title;
  std::uint32_t version = 0;  // the event that holds its text

  bool operator==(const PeriodicalIssue&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("year", year), required("number", number), required("total", total),
       required("date", date), required("title", title), required("version", version));
  }
};

struct PeriodicalState {
  events::PeriodicalChanged head;
  std::uint16_t year = 0;  // of the last issue, with its numbers
  std::uint32_t number = 0, total = 0;
  std::vector<PeriodicalIssue> issues;

  bool operator==(const PeriodicalState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional;
    head.serialize(ar);
    ar(optional("year", year), optional("number", number), optional("total", total),
       optional("issues", issues));
  }
};

struct DutyState {
  events::DutyOpened what;
  std::optional<events::Date> warned, closed;
  std::uint64_t done = 0, subjects = 0;  // as last said

  bool operator==(const DutyState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    what.serialize(ar);
    ar(optional("warned", warned), optional("closed", closed), required("done", done),
       required("subjects", subjects));
  }
};

using SubjectBody = std::variant<RegionState, OrganState, CongressState, DeputyState, StationState,
                                 GroupState, ActivityState, CampaignState, ProjectState,
                                 PeriodicalState, DutyState>;  // in the order of SubjectKind

struct SubjectState {
  std::string id;
  events::SubjectKind kind{};
  std::uint32_t version = 0;  // 0: there is no such subject
  std::string stage;     // active, ended; of activities planned, announced, held, cancelled; of
                         // projects proposed, adopted, not-adopted, under-way, completed,
                         // appraised, dropped; of campaigns and duties active, closed
  std::string process;   // none: the registry's rules are not pinned
  events::Date since{};  // the local day of its first event
  events::Instant last_occurred{};
  events::Instant updated{};  // recorded
  SubjectBody body;

  bool active() const {
    return stage != "ended" && stage != "cancelled" && stage != "dropped" && stage != "closed";
  }
  // The name that holds; of an activity its title.
  const std::string& name() const;
  // Where it is; empty for none.
  const std::string& region() const;

  bool operator==(const SubjectState&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    using events::required;
    ar(required("id", id), required("kind", kind), required("version", version),
       required("stage", stage), required("since", since), required("last_occurred", last_occurred),
       required("updated", updated));
    if (body.index() != static_cast<std::size_t>(kind)) empty_body();  // reading
    std::visit([&](auto& own) { own.serialize(ar); }, body);
  }

 private:
  void empty_body();
};

void fold(SubjectState& state, const events::EnvelopeView& envelope,
          const events::RegistryEvent& event);

}  // namespace huiyin::projections
