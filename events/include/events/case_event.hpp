// A case event: what every one carries, and one of the bodies. The list below is the vocabulary:
// an event that is not in it does not exist, one that somebody forgets to handle does not compile.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "events/alternative.hpp"
#include "events/handling_events.hpp"
#include "events/intake_events.hpp"
#include "events/outcome_events.hpp"
#include "events/record_events.hpp"

namespace huiyin::events {

// A step that touches another case: done by the runtime once this event is in the log, until the
// other case's answer comes back as `settled` (DESIGN.md section 7, "Other cases").
enum class FollowUpAction : std::uint8_t { collect, join, leave, relay };
constexpr auto names(FollowUpAction) {
  return std::array<std::string_view, 4>{"collect", "join", "leave", "relay"};
}
enum class LinkKind : std::uint8_t { merge, convert };
constexpr auto names(LinkKind) { return std::array<std::string_view, 2>{"merge", "convert"}; }

struct FollowUp {
  std::string id;  // "<case>:<version>:<n>": derived, so that a repeat is recognised
  std::string target;
  FollowUpAction action{};
  LinkKind link{};
  bool petitioner = false;         // join, collect: the source has a petitioner
  std::optional<Collected> draft;  // collect
  SettledResult result{};          // relay: what happened here
  std::string class_code;          // relay of a reply or revisit
  std::optional<ClassMeaning> meaning;

  bool operator==(const FollowUp&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("id", id, short_text), required("target", target, id_text),
       required("action", action), required("link", link), optional("petitioner", petitioner),
       optional("draft", draft), optional("result", result), optional("class", class_code, id_text),
       optional("meaning", meaning));
  }
};

// What every event carries, decided when it was made: folding copies, it never computes.
struct Common {
  Instant occurred_at{};  // business time; deadlines count from it
  Date day{};             // the local day of that instant, in the zone of the definition
  std::string stage;      // after the event
  bool ended = false;     // that stage is an end of the definition
  std::vector<ClockChange> clocks;
  std::vector<FollowUp> follow_ups;

  bool operator==(const Common&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(required("occurred_at", occurred_at), required("day", day),
       required("stage", stage, id_text), optional("ended", ended), optional("clocks", clocks),
       optional("follow_ups", follow_ups));
  }
};

using CaseEventAlternatives =
    std::variant<Collected, Transferred, AnsweredOnSpot, Redirected, DeedRecorded, PassedOn,
                 OutletAnswered, Reviewed, SentBack, Revised, Withdrawn, Cosigned, Merged, Unmerged,
                 Converted, Accepted, Rejected, Analysed, Adopted, MarkedKey, SupervisorAssigned,
                 HandedOff, Signed, ReturnRequested, ReturnDecided, Reassigned, Contacted,
                 OpinionGiven, ExtensionRequested, ExtensionDecided, Urged, Supervised, Replied,
                 Rated, RehandlingOrdered, Revisited, FedBack, Published, Closed, Reopened,
                 Archived, Annotated, Corrected, DeadlineWarned, DeadlineMissed, Escalated,
                 Rescheduled, Migrated, Settled>;
class CaseEventBody : public CaseEventAlternatives {
 public:
  CaseEventBody() noexcept;
  CaseEventBody(const CaseEventBody&);
  CaseEventBody(CaseEventBody&&) noexcept;
  CaseEventBody& operator=(const CaseEventBody&);
  CaseEventBody& operator=(CaseEventBody&&) noexcept;
  ~CaseEventBody();
  template <class T>
    requires is_alternative<std::remove_cvref_t<T>, variant>
  CaseEventBody(T&& alternative)  // NOLINT(google-explicit-constructor): as a variant
      : variant(std::in_place_type<std::remove_cvref_t<T>>, std::forward<T>(alternative)) {}

  bool operator==(const CaseEventBody& other) const;
};

inline constexpr std::size_t case_event_count = std::variant_size_v<CaseEventAlternatives>;

// The middle of "huiyin.case.replied.v1", in the variant's order.
inline constexpr std::array<std::string_view, case_event_count> case_event_names{
    "collected",
    "transferred",
    "answered-on-spot",
    "redirected",
    "deed-recorded",
    "passed-on",
    "outlet-answered",
    "reviewed",
    "sent-back",
    "revised",
    "withdrawn",
    "cosigned",
    "merged",
    "unmerged",
    "converted",
    "accepted",
    "rejected",
    "analysed",
    "adopted",
    "marked-key",
    "supervisor-assigned",
    "handed-off",
    "signed",
    "return-requested",
    "return-decided",
    "reassigned",
    "contacted",
    "opinion-given",
    "extension-requested",
    "extension-decided",
    "urged",
    "supervised",
    "replied",
    "rated",
    "rehandling-ordered",
    "revisited",
    "fed-back",
    "published",
    "closed",
    "reopened",
    "archived",
    "annotated",
    "corrected",
    "deadline-warned",
    "deadline-missed",
    "escalated",
    "rescheduled",
    "migrated",
    "settled"};

// The same as whole types, "huiyin.case.replied.v1".
std::string_view case_event_type(std::size_t index);

struct CaseEvent {
  Common common;
  CaseEventBody body;

  std::string_view name() const { return case_event_names[body.index()]; }
  std::string_view type() const { return case_event_type(body.index()); }
  bool operator==(const CaseEvent&) const = default;
};

}  // namespace huiyin::events
