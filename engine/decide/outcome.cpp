#include <algorithm>

#include "guards.hpp"
#include "handlers.hpp"
#include "lanes.hpp"
#include "ratings.hpp"

namespace huiyin::engine {

using namespace events;

namespace {

// A class that promises has a date by which it is kept; an import may not know it.
std::expected<void, Refusal> check_commitment(const Context& c, const ReplyClass& klass,
                                              const std::optional<Date>& commitment) {
  if (!promises(klass.meaning)) {
    if (commitment) return invalid("commitment", "class " + klass.code + " promises nothing");
    return {};
  }
  if (!commitment && c.as.role != Role::importer) {
    return refuse(RefusalCode::guard_failed, "commitment",
                  "class " + klass.code + " is a promise: give its commitment date");
  }
  if (commitment && *commitment < c.day && c.as.role != Role::importer) {
    return invalid("commitment", "the commitment date has passed");
  }
  return {};
}

// Who of joint proposers gets the reply, where the definition does not leave it open. What another
// system recorded is taken as it was.
std::expected<void, Refusal> check_reply_to(const Context& c, ReplyTo to) {
  const auto& ways = c.definition.policy.reply_to;
  if (ways.empty() || std::ranges::find(ways, to) != ways.end() || c.as.role == Role::importer) {
    return {};
  }
  std::string detail = "a reply goes to " + std::string(name_of(ways.front()));
  for (std::size_t i = 1; i < ways.size(); ++i) detail += " or " + std::string(name_of(ways[i]));
  return invalid("reply_to", detail + " here");
}

std::expected<const ReplyClass*, Refusal> class_of(const Context& c, const std::string& code) {
  const ReplyClass* klass = c.definition.find_class(code);
  if (klass != nullptr) return klass;
  std::string detail = "class is none of scheme " + c.definition.scheme + ":";
  for (const auto& known : c.definition.classes) detail += " " + known.code;
  return invalid("S3-44", detail);
}

}  // namespace

Handled handle(const Context& c, const Replied& body) {
  const auto lane = resolve_lane(c, body.lane);
  if (!lane) return std::unexpected(lane.error());
  const auto klass = class_of(c, body.class_code);
  if (!klass) return std::unexpected(klass.error());
  if (auto checked = check_commitment(c, **klass, body.commitment); !checked) {
    return std::unexpected(checked.error());
  }
  if (auto checked = check_reply_to(c, body.to); !checked) {
    return std::unexpected(checked.error());
  }
  Replied event = body;
  event.lane = (*lane)->lane;
  event.scheme = c.definition.scheme;
  event.meaning = (*klass)->meaning;
  event.round = (*lane)->round;
  Draft draft{.body = event, .lanes = {event.lane}};
  CaseState after = c.state;
  Lane& replied = *std::ranges::find(after.lanes, event.lane, &Lane::lane);
  replied.stage = LaneStage::replied;
  replied.class_code = event.class_code;
  replied.meaning = event.meaning;
  if (holds(Guard::all_replied, c.definition, after)) {
    draft.follow_ups =
        relay(c.state, SettledResult::replied, projections::lane_of_record(after), 0);
  }
  return draft;
}

Handled handle(const Context& c, const Rated& body) {
  const std::string deputy =
      body.deputy.empty() && c.as.role == Role::deputy ? c.as.id : body.deputy;
  if (c.as.role == Role::deputy && deputy != c.as.id) {
    return refuse(RefusalCode::not_permitted, "rate", "each deputy rates for themselves");
  }
  const auto lane = resolve_lane(c, body.lane);
  if (!lane) return std::unexpected(lane.error());
  const auto asked = raters(c.definition.policy, c.state);
  if (std::ranges::find(asked, deputy) == asked.end()) {
    return invalid("rate", deputy.empty() ? "name the deputy"
                                          : "deputy " + deputy + " does not rate this case");
  }
  if (projections::rating_of(c.state, **lane, deputy) != nullptr) {
    return invalid("rate", "deputy " + deputy + " has rated this reply");
  }
  const bool own_act = c.as.role == Role::deputy || c.as.role == Role::importer;
  if (!own_act) {
    if (body.result != Satisfaction::none) {
      return refuse(RefusalCode::not_permitted, "rate",
                    "only the deputy says more than that no rating came");
    }
    const bool late = std::ranges::any_of(c.state.clocks, [&](const ClockInstance& running) {
      return running.key.lane == (*lane)->lane && running.key.deputy == deputy && running.missed &&
             running.urges > 0;
    });
    if (!late) {
      return refuse(
          RefusalCode::guard_failed, "rate",
          "no rating is recorded only after its clock has passed and the deputy was urged once");
    }
  }
  Rated event = body;
  event.lane = (*lane)->lane;
  event.deputy = deputy;
  event.round = (*lane)->round;
  return Draft{.body = event, .lanes = {event.lane}, .deputy = deputy};
}

Handled handle(const Context& c, const RehandlingOrdered& body) {
  const auto lane = resolve_lane(c, body.lane);
  if (!lane) return std::unexpected(lane.error());
  const Rung& rung = c.definition.policy.ladder[(*lane)->rung];
  if (rung.superior && body.organ.empty()) {
    return invalid("S3-34", "this rung is handled by the organ's superior: name it in `organ`");
  }
  if (!body.organ.empty()) {
    if (auto checked = check_handler(c, body.organ); !checked)
      return std::unexpected(checked.error());
  }
  RehandlingOrdered event = body;
  event.lane = (*lane)->lane;
  event.round = static_cast<std::uint16_t>((*lane)->round + 1);
  event.rung = static_cast<std::uint16_t>((*lane)->rung + 1);
  event.form = rung.form;
  return Draft{.body = event, .lanes = {event.lane}};
}

Handled handle(const Context& c, const Revisited& body) {
  const auto lane = resolve_lane(c, body.lane);
  if (!lane) return std::unexpected(lane.error());
  const auto klass = class_of(c, body.class_code);
  if (!klass) return std::unexpected(klass.error());
  const ClassMeaning from = *(*lane)->meaning;
  const ClassMeaning to = (*klass)->meaning;
  // S3-33: solved needs evidence; given up needs a reason.
  if (promises(from) && to == ClassMeaning::solved && body.evidence.empty()) {
    return refuse(RefusalCode::guard_failed, "S3-33", "a promise that was kept needs evidence");
  }
  if (promises(from) && (to == ClassMeaning::not_possible || to == ClassMeaning::reference) &&
      body.reason.empty()) {
    return refuse(RefusalCode::guard_failed, "S3-33",
                  "a promise that cannot be kept needs a reason");
  }
  if (auto checked = check_commitment(c, **klass, body.commitment); !checked) {
    return std::unexpected(checked.error());
  }
  Revisited event = body;
  event.lane = (*lane)->lane;
  event.from_class = (*lane)->class_code;
  event.from_meaning = from;
  event.meaning = to;
  CaseState after = c.state;
  Lane& revisited = *std::ranges::find(after.lanes, event.lane, &Lane::lane);
  revisited.class_code = event.class_code;
  revisited.meaning = event.meaning;
  return Draft{.body = event,
               .lanes = {event.lane},
               .follow_ups =
                   relay(c.state, SettledResult::revisited, projections::lane_of_record(after), 0)};
}

Handled handle(const Context& c, const FedBack& body) {
  const bool anonymous = c.state.petitioner && c.state.petitioner->anonymous;
  if (anonymous && body.feedback.how != "publication" && body.feedback.how != "platform") {
    return invalid("S0-31",
                   "an anonymous petitioner is fed back to by publication: how = publication");
  }
  return Draft{.body = body};
}

Handled handle(const Context& c, const Published& body) {
  const auto& codes = c.definition.withhold_codes;
  if (!body.withheld.empty() && std::ranges::find(codes, body.withheld) == codes.end()) {
    return invalid("S4-20", "withheld is not in the definition's list of withhold codes");
  }
  if (body.withheld.empty() && body.where.empty()) {
    return invalid("S4-20", "say where it is published, or why it is withheld");
  }
  return Draft{.body = body};
}

Handled handle(const Context& c, const Closed& body) {
  const bool dissatisfied = !holds(Guard::satisfied, c.definition, c.state);
  if (dissatisfied && body.outcome != CloseOutcome::still_dissatisfied) {
    return refuse(
        RefusalCode::guard_failed, "S3-34",
        "the deputy is still dissatisfied: the outcome is still-dissatisfied, with a finding");
  }
  if (dissatisfied && body.finding.empty()) {
    return invalid("S3-34", "give the finding on why nothing more can be done");
  }
  if (!dissatisfied && body.outcome == CloseOutcome::still_dissatisfied) {
    return invalid("S3-34", "no deputy is dissatisfied");
  }
  return Draft{
      .body = body,
      .follow_ups = relay(c.state, SettledResult::closed, projections::lane_of_record(c.state), 0)};
}

Handled handle(const Context& c, const Reopened& body) {
  Reopened event = body;
  event.round = static_cast<std::uint16_t>(c.state.reopenings + 1);
  Draft draft{.body = event};
  for (const Lane& lane : c.state.lanes) {
    if (projections::is_live(lane)) draft.lanes.push_back(lane.lane);
  }
  return draft;
}

Handled handle(const Context&, const Archived& body) { return Draft{.body = body}; }

}  // namespace huiyin::engine
