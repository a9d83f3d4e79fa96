// What people and systems may ask for. Most commands have the body of the event that they become;
// its decided fields are the engine's to fill.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "engine/actor.hpp"
#include "events/alternative.hpp"
#include "events/case_codec.hpp"
#include "events/case_event.hpp"

namespace huiyin::engine {

enum class ReviewOutcome : std::uint8_t { passed, sent_back };
constexpr auto names(ReviewOutcome) {
  return std::array<std::string_view, 2>{"passed", "sent-back"};
}

// Becomes `reviewed` or `sent-back`.
struct Review {
  std::string gate;
  ReviewOutcome outcome{};
  std::string remarks;

  bool operator==(const Review&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(events::required("gate", gate, events::id_text), events::required("outcome", outcome),
       events::optional("remarks", remarks, events::long_text));
  }
};

// Another case starts (stops) waiting for this one. Only the engine sends these: they carry out a
// follow-up, and become `merged`, `converted` or `unmerged` here.
struct Join {
  std::string follow_up;
  std::string source;
  events::LinkKind link{};
  bool petitioner = false;

  bool operator==(const Join&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(events::required("follow_up", follow_up), events::required("source", source),
       events::required("link", link), events::optional("petitioner", petitioner));
  }
};

struct Leave {
  std::string follow_up;
  std::string source;

  bool operator==(const Leave&) const = default;
  template <class Archive>
  void serialize(Archive& ar) {
    ar(events::required("follow_up", follow_up), events::required("source", source));
  }
};

using CommandAlternatives = std::variant<
    events::Collected, events::Transferred, events::AnsweredOnSpot, events::Redirected,
    events::DeedRecorded, events::PassedOn, events::OutletAnswered, Review, events::Revised,
    events::Withdrawn, events::Cosigned, events::Merged, events::Unmerged, events::Converted,
    events::Accepted, events::Rejected, events::Analysed, events::Adopted, events::MarkedKey,
    events::SupervisorAssigned, events::HandedOff, events::Signed, events::ReturnRequested,
    events::ReturnDecided, events::Reassigned, events::Contacted, events::OpinionGiven,
    events::ExtensionRequested, events::ExtensionDecided, events::Urged, events::Supervised,
    events::Replied, events::Rated, events::RehandlingOrdered, events::Revisited, events::FedBack,
    events::Published, events::Closed, events::Reopened, events::Archived, events::Annotated,
    events::Corrected, events::Rescheduled, events::Migrated, events::Settled, Join, Leave>;
class CommandBody : public CommandAlternatives {
 public:
  CommandBody() noexcept;
  CommandBody(const CommandBody&);
  CommandBody(CommandBody&&) noexcept;
  CommandBody& operator=(const CommandBody&);
  CommandBody& operator=(CommandBody&&) noexcept;
  ~CommandBody();
  template <class T>
    requires events::is_alternative<std::remove_cvref_t<T>, variant>
  CommandBody(T&& alternative)  // NOLINT(google-explicit-constructor): as a variant
      : variant(std::in_place_type<std::remove_cvref_t<T>>, std::forward<T>(alternative)) {}

  bool operator==(const CommandBody& other) const;
};

inline constexpr std::size_t command_count = std::variant_size_v<CommandAlternatives>;

// The alternatives of CommandBody, by the word that HTTP and definitions use.
enum class CommandType : std::uint8_t {
  collect,
  transfer,
  answer,
  redirect,
  record_deed,
  pass_on,
  take_back,
  review,
  revise,
  withdraw,
  cosign,
  merge,
  unmerge,
  convert,
  accept,
  reject,
  analyse,
  adopt,
  mark_key,
  assign_supervisor,
  hand_off,
  sign,
  request_return,
  decide_return,
  reassign,
  contact,
  give_opinion,
  request_extension,
  decide_extension,
  urge,
  supervise,
  reply,
  rate,
  order_rehandling,
  revisit,
  feed_back,
  publish,
  close,
  reopen,
  archive,
  annotate,
  correct,
  recalculate,
  migrate,
  settle,
  join,
  leave
};
constexpr auto names(CommandType) {
  return std::array<std::string_view, command_count>{"collect",
                                                     "transfer",
                                                     "answer",
                                                     "redirect",
                                                     "record-deed",
                                                     "pass-on",
                                                     "take-back",
                                                     "review",
                                                     "revise",
                                                     "withdraw",
                                                     "cosign",
                                                     "merge",
                                                     "unmerge",
                                                     "convert",
                                                     "accept",
                                                     "reject",
                                                     "analyse",
                                                     "adopt",
                                                     "mark-key",
                                                     "assign-supervisor",
                                                     "hand-off",
                                                     "sign",
                                                     "request-return",
                                                     "decide-return",
                                                     "reassign",
                                                     "contact",
                                                     "give-opinion",
                                                     "request-extension",
                                                     "decide-extension",
                                                     "urge",
                                                     "supervise",
                                                     "reply",
                                                     "rate",
                                                     "order-rehandling",
                                                     "revisit",
                                                     "feed-back",
                                                     "publish",
                                                     "close",
                                                     "reopen",
                                                     "archive",
                                                     "annotate",
                                                     "correct",
                                                     "recalculate",
                                                     "migrate",
                                                     "settle",
                                                     "join",
                                                     "leave"};
}
static_assert(static_cast<std::size_t>(CommandType::leave) + 1 == command_count);

// Commands that carry out follow-ups: the engine's own, never taken from outside.
constexpr bool is_internal(CommandType type) {
  return type == CommandType::settle || type == CommandType::join || type == CommandType::leave;
}

// What `decide` must know of the event that a `correct` names.
struct CorrectedEvent {
  std::string name;  // collected, replied …
  events::Instant occurred_at{};
};

struct Command {
  std::string id;    // hash(principal, case, idempotency key)
  std::string hash;  // of the body as sent
  std::string case_id;
  Actor actor;
  std::string behalf;                             // the deputy or organ that this is done for
  std::optional<events::Instant> occurred_at;     // now, when not given
  std::optional<std::uint32_t> expected_version;  // If-Match
  std::string process;  // collect: a definition by name, else the one in force for the kind
  std::string traceparent;
  CommandBody body;
  std::shared_ptr<const Facts> facts;      // null: nobody is known
  std::optional<CorrectedEvent> corrects;  // `correct`: the event named, looked up by the processor

  const Facts& known() const;
  CommandType type() const { return static_cast<CommandType>(body.index()); }
};

// Reads a command's JSON body strictly: the command's own fields and `occurred_at`, `behalf`,
// `process`, which are not the body's. Fills only what the JSON holds. `hidden` members are passed
// over: the gateway reads them itself (a petitioner's details, which it seals).
std::expected<Command, events::DecodeError> decode_command(
    CommandType type, events::json::Value body, std::span<const std::string_view> hidden = {});

// JSON Schema (2020-12) of a command's body.
std::string command_schema(CommandType type);

}  // namespace huiyin::engine
