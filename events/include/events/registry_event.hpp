// An event of the registry (DESIGN.md section 7): what every one carries, and one of the bodies.
// The list below is the vocabulary, as case_event.hpp is that of cases.
#pragma once

#include <array>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "events/activity_events.hpp"
#include "events/alternative.hpp"
#include "events/case_event.hpp"
#include "events/decode_error.hpp"
#include "events/json_value.hpp"
#include "events/registry_events.hpp"
#include "events/supervision_events.hpp"

namespace huiyin::events {

// The kinds of subject beside the case. Stored: append only.
enum class SubjectKind : std::uint8_t {
  region,
  organ,
  congress,
  deputy,
  station,
  group,
  activity,
  campaign,    // 回头看
  project,     // 民生实事
  periodical,  // 联络动态
  duty         // what was owed in one period
};
constexpr auto names(SubjectKind) {
  return std::array<std::string_view, 11>{"region",  "organ",      "congress", "deputy",
                                          "station", "group",      "activity", "campaign",
                                          "project", "periodical", "duty"};
}
inline constexpr std::size_t subject_kind_count = names(SubjectKind{}).size();

struct RegistryCommon {
  Instant occurred_at{};
  Date day{};         // the local day of that instant
  std::string stage;  // after the event
  // The registry asks nothing of other subjects.
  static constexpr std::span<const FollowUp> follow_ups{};

  bool operator==(const RegistryCommon&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("occurred_at", occurred_at), required("day", day),
       required("stage", stage, id_text));
  }
};

using RegistryEventAlternatives = std::variant<
    RegionAdded, RegionRenamed, RegionMoved, RegionEnded, OrganRegistered, OrganRenamed,
    OrganChanged, OrganEnded, CongressEstablished, TermOpened, SessionHeld, DelegationFormed,
    DeputyRegistered, DeputyChanged, MandateBegun, MandateEnded, Enrolled, LeftStation, Disclosed,
    StationOpened, StationRenamed, StationMoved, Assessed, Staffed, Unstaffed, StationEnded,
    GroupFormed, GroupRenamed, Joined, LeftGroup, GroupEnded, ActivityPlanned, ActivityAnnounced,
    ActivityPostponed, ActivityCancelled, ActivityHeld, ActivityReported, ActivityCorrected,
    OrganStaffed, OrganUnstaffed, StationDescribed, MarketDaysSet, CampaignOpened, CampaignSelected,
    CampaignSampled, CampaignClosed, ProjectProposed, ProjectVoted, ProjectProgressed,
    ProjectCompleted, ProjectAppraised, ProjectDropped, PeriodicalEstablished, PeriodicalChanged,
    PeriodicalIssued, DutyOpened, DutyWarned, DutyClosed>;
class RegistryEventBody : public RegistryEventAlternatives {
 public:
  RegistryEventBody() noexcept;
  RegistryEventBody(const RegistryEventBody&);
  RegistryEventBody(RegistryEventBody&&) noexcept;
  RegistryEventBody& operator=(const RegistryEventBody&);
  RegistryEventBody& operator=(RegistryEventBody&&) noexcept;
  ~RegistryEventBody();
  template <class T>
    requires is_alternative<std::remove_cvref_t<T>, variant>
  RegistryEventBody(T&& alternative)  // NOLINT(google-explicit-constructor): as a variant
      : variant(std::in_place_type<std::remove_cvref_t<T>>, std::forward<T>(alternative)) {}

  bool operator==(const RegistryEventBody& other) const;
};

inline constexpr std::size_t registry_event_count = std::variant_size_v<RegistryEventAlternatives>;

// What the vocabulary says of an event, in the variant's order: the kind of its subject, the
// command that asks for it, and its name, the end of "huiyin.station.opened.v1".
struct RegistryWord {
  SubjectKind kind;
  std::string_view command;
  std::string_view event;
  bool founds = false;  // the first event of its subject
};
inline constexpr std::array<RegistryWord, registry_event_count> registry_words{{
    {SubjectKind::region, "add", "added", true},
    {SubjectKind::region, "rename", "renamed"},
    {SubjectKind::region, "move", "moved"},
    {SubjectKind::region, "end", "ended"},
    {SubjectKind::organ, "register", "registered", true},
    {SubjectKind::organ, "rename", "renamed"},
    {SubjectKind::organ, "change", "changed"},
    {SubjectKind::organ, "end", "ended"},
    {SubjectKind::congress, "establish", "established", true},
    {SubjectKind::congress, "open-term", "term-opened"},
    {SubjectKind::congress, "hold-session", "session-held"},
    {SubjectKind::congress, "form-delegation", "delegation-formed"},
    {SubjectKind::deputy, "register", "registered", true},
    {SubjectKind::deputy, "change", "changed"},
    {SubjectKind::deputy, "begin-mandate", "mandate-begun"},
    {SubjectKind::deputy, "end-mandate", "mandate-ended"},
    {SubjectKind::deputy, "enrol", "enrolled"},
    {SubjectKind::deputy, "leave", "left"},
    {SubjectKind::deputy, "disclose", "disclosed"},
    {SubjectKind::station, "open", "opened", true},
    {SubjectKind::station, "rename", "renamed"},
    {SubjectKind::station, "move", "moved"},
    {SubjectKind::station, "assess", "assessed"},
    {SubjectKind::station, "staff", "staffed"},
    {SubjectKind::station, "unstaff", "unstaffed"},
    {SubjectKind::station, "end", "ended"},
    {SubjectKind::group, "form", "formed", true},
    {SubjectKind::group, "rename", "renamed"},
    {SubjectKind::group, "join", "joined"},
    {SubjectKind::group, "leave", "left"},
    {SubjectKind::group, "end", "ended"},
    {SubjectKind::activity, "plan", "planned", true},
    {SubjectKind::activity, "announce", "announced"},
    {SubjectKind::activity, "postpone", "postponed"},
    {SubjectKind::activity, "cancel", "cancelled"},
    {SubjectKind::activity, "hold", "held"},
    {SubjectKind::activity, "report", "reported"},
    {SubjectKind::activity, "correct", "corrected"},
    {SubjectKind::organ, "staff", "staffed"},
    {SubjectKind::organ, "unstaff", "unstaffed"},
    {SubjectKind::station, "describe", "described"},
    {SubjectKind::station, "set-market-days", "market-days-set"},
    {SubjectKind::campaign, "open", "opened", true},
    {SubjectKind::campaign, "select", "selected"},
    {SubjectKind::campaign, "sample", "sampled"},
    {SubjectKind::campaign, "close", "closed"},
    {SubjectKind::project, "propose", "proposed", true},
    {SubjectKind::project, "vote", "voted"},
    {SubjectKind::project, "progress", "progressed"},
    {SubjectKind::project, "complete", "completed"},
    {SubjectKind::project, "appraise", "appraised"},
    {SubjectKind::project, "drop", "dropped"},
    {SubjectKind::periodical, "establish", "established", true},
    {SubjectKind::periodical, "change", "changed"},
    {SubjectKind::periodical, "issue", "issued"},
    {SubjectKind::duty, "open", "opened", true},
    {SubjectKind::duty, "warn", "warned"},
    {SubjectKind::duty, "close", "closed"},
}};

// Whole types, "huiyin.station.opened.v1", of static storage.
std::string_view registry_event_type(std::size_t index);
std::optional<std::size_t> registry_event_index(std::string_view type);
// The event that a command asks for.
std::optional<std::size_t> registry_command_index(SubjectKind kind, std::string_view command);

struct RegistryEvent {
  RegistryCommon common;
  RegistryEventBody body;

  const RegistryWord& word() const { return registry_words[body.index()]; }
  std::string_view type() const { return registry_event_type(body.index()); }
  bool operator==(const RegistryEvent&) const = default;
};

void append_registry_event(std::string& out, const RegistryEvent& event);
// As decode_case_event: lenient, an unknown type is an error of its own.
std::expected<RegistryEvent, DecodeError> decode_registry_event(json::Parser& parser,
                                                                std::string_view type,
                                                                std::string_view data);
// A command's body, strictly, into the alternative `index`; `reader` has the other fields.
class JsonReader;
void read_registry_body(JsonReader& reader, std::size_t index, RegistryEventBody& body);

}  // namespace huiyin::events
