#include "model/good_body.hpp"

#include <algorithm>

namespace huiyin::model {
namespace {

using namespace events;
using engine::CommandBody;
using engine::CommandType;
using projections::CaseState;
using projections::Lane;
using projections::LaneStage;

bool chance(std::mt19937_64& random, int percent) {
  return static_cast<int>(random() % 100) < percent;
}

bool working(const Lane& lane) {
  return lane.stage == LaneStage::open || lane.stage == LaneStage::signed_for;
}

bool window_open(const Wish& w, const Lane& lane) {
  if (w.definition.policy.late_return || w.definition.find_clock("return-window") == nullptr)
    return true;
  return std::ranges::any_of(w.state.clocks, [&](const auto& clock) {
    return clock.key.clock == "return-window" && clock.key.lane == lane.lane && w.now <= clock.due;
  });
}

// By the documents' rules, written again from the outside: which lane would a user name?
template <class Predicate>
std::uint16_t lane_where(const Wish& w, Predicate predicate) {
  std::vector<std::uint16_t> fitting;
  for (const Lane& lane : w.state.lanes) {
    if (w.actor.role == Role::organ && lane.organ != w.actor.organ) continue;
    if (predicate(lane)) fitting.push_back(lane.lane);
  }
  return fitting.empty() ? std::uint16_t{0} : fitting[w.random() % fitting.size()];
}

bool replied(const Lane& lane) {
  return projections::owes_reply(lane) && lane.stage == LaneStage::replied;
}

bool rung_left(const Wish& w, const Lane& lane) {
  const bool bad = std::ranges::any_of(w.state.ratings, [&](const auto& rating) {
    return rating.lane == lane.lane && rating.round == lane.round &&
           rating.result == Satisfaction::dissatisfied;
  });
  return bad && lane.rung < w.definition.policy.ladder.size();
}

bool awaits(const Wish& w, const Lane& lane, const std::string& deputy) {
  if (projections::rating_of(w.state, lane, deputy) != nullptr) return false;
  if (w.actor.role == Role::importer || deputy == w.actor.id) return true;
  return std::ranges::any_of(w.state.clocks, [&](const auto& clock) {
    return clock.key.lane == lane.lane && clock.key.deputy == deputy && clock.missed &&
           clock.urges > 0;
  });
}

Rated rating(const Wish& w) {
  Rated body;
  for (const Lane& lane : w.state.lanes) {
    if (!replied(lane)) continue;
    for (const auto& proposer : w.state.proposers) {
      const bool gone =
          std::ranges::find(w.state.withdrawn, proposer.deputy) != w.state.withdrawn.end();
      const bool mine = w.actor.role != Role::deputy || proposer.deputy == w.actor.id;
      if (gone || !mine || !awaits(w, lane, proposer.deputy)) continue;
      body.lane = lane.lane;
      body.deputy = proposer.deputy;
    }
  }
  const bool own = w.actor.role == Role::deputy || w.actor.role == Role::importer;
  body.result = own ? static_cast<Satisfaction>(w.random() % 3) : Satisfaction::none;
  return body;
}

const engine::ReplyClass& some_class(const Wish& w) {
  return w.definition.classes[w.random() % w.definition.classes.size()];
}

std::optional<Date> promise(const Wish& w, const engine::ReplyClass& klass) {
  if (!promises(klass.meaning)) return std::nullopt;
  return Date{std::chrono::floor<std::chrono::days>(w.now) +
              std::chrono::days{30 + static_cast<int>(w.random() % 300)}};
}

Replied reply(const Wish& w) {
  const auto& klass = some_class(w);
  Replied body;
  body.lane = lane_where(w, [](const Lane& l) { return projections::owes_reply(l) && working(l); });
  body.class_code = klass.code;
  body.text = "答复";
  body.commitment = promise(w, klass);
  return body;
}

Revisited revisit(const Wish& w) {
  const auto& klass = some_class(w);
  Revisited body;
  body.lane = lane_where(w, [](const Lane& l) { return replied(l) && l.meaning.has_value(); });
  body.class_code = klass.code;
  body.evidence = "跟踪办理落实到位";
  body.reason = "因政策环境变化";
  body.commitment = promise(w, klass);
  return body;
}

HandedOff hand_off(const Wish& w) {
  std::vector<std::string> organs{"organ-a", "organ-b", "organ-c", "organ-d"};
  std::ranges::shuffle(organs, w.random);
  HandedOff body;
  if (chance(w.random, 70)) {
    body.lead = organs[0];
    if (chance(w.random, 50)) body.co = {organs[1]};
    if (chance(w.random, 20)) body.assist = {organs[2]};
  } else {
    body.separate = {organs[0], organs[1]};
  }
  return body;
}

std::string new_handler(const Wish& w) {
  return "organ-after-" + std::to_string(w.state.lanes.size());
}

std::string withdrawing(const Wish& w) {
  for (const auto& proposer : w.state.proposers) {
    if (w.actor.role == Role::deputy && proposer.deputy != w.actor.id) continue;
    if (std::ranges::find(w.state.withdrawn, proposer.deputy) == w.state.withdrawn.end())
      return proposer.deputy;
  }
  return "";
}

bool extendable(const Wish& w, const Lane& lane) {
  return std::ranges::any_of(w.state.clocks, [&](const auto& clock) {
    const auto* defined = w.definition.find_clock(clock.key.clock);
    return clock.key.lane == lane.lane && defined != nullptr && defined->extend &&
           clock.extensions < defined->extend->times;
  });
}

CommandBody on_lanes(const Wish& w, CommandType command) {
  using enum CommandType;
  const auto live_unreplied = [](const Lane& l) {
    return projections::owes_reply(l) && working(l);
  };
  switch (static_cast<int>(command)) {
    case static_cast<int>(sign):
      return Signed{lane_where(w, [](const Lane& l) { return l.stage == LaneStage::open; })};
    case static_cast<int>(request_return):
      return ReturnRequested{
          lane_where(w, [&](const Lane& l) { return working(l) && window_open(w, l); }),
          "不属于本单位职责", ""};
    case static_cast<int>(decide_return):
      return ReturnDecided{
          lane_where(w, [](const Lane& l) { return l.stage == LaneStage::return_requested; }),
          chance(w.random, 50), "理由"};
    case static_cast<int>(reassign):
      return Reassigned{
          .lane = lane_where(
              w, [](const Lane& l) { return l.stage == LaneStage::returned || working(l); }),
          .organ = new_handler(w)};
    case static_cast<int>(contact):
      return Contacted{lane_where(w,
                                  [](const Lane& l) {
                                    return projections::is_live(l) && l.role != LaneRole::assist;
                                  }),
                       {w.state.proposers.front().deputy},
                       "phone",
                       ""};
    case static_cast<int>(give_opinion):
      return OpinionGiven{
          lane_where(w, [](const Lane& l) { return l.role == LaneRole::co && working(l); }),
          "会办意见"};
    case static_cast<int>(request_extension): {
      const auto wanted = [&](const Lane& l) {
        return live_unreplied(l) && !l.extension_requested && extendable(w, l);
      };
      return ExtensionRequested{lane_where(w, wanted), "涉及面广、处理难度大"};
    }
    case static_cast<int>(decide_extension):
      return ExtensionDecided{
          lane_where(w, [&](const Lane& l) { return l.extension_requested && extendable(w, l); }),
          chance(w.random, 70), ""};
    case static_cast<int>(CommandType::reply):
      return model::reply(w);
    case static_cast<int>(rate):
      return rating(w);
    case static_cast<int>(CommandType::revisit):
      return model::revisit(w);
    default:
      return RehandlingOrdered{
          .lane = lane_where(w, [&](const Lane& l) { return replied(l) && rung_left(w, l); }),
          .reason = "代表不满意",
          .organ = "organ-superior"};
  }
}

}  // namespace

Collected new_case(std::mt19937_64& random, Kind kind, const engine::Actor& actor) {
  Collected body;
  body.kind = kind;
  body.title = "关于疏通排水管道的建议";
  body.channel = static_cast<Channel>(random() % 10);
  if (chance(random, 50)) body.occasion = "reception";
  body.station = actor.role == Role::officer ? actor.station : "station-1";
  body.region = "431002";
  if (kind == Kind::suggestion || kind == Kind::motion) {
    body.congress = "430000-14";
    body.deputies = {{"dep-1", Part::lead, "430000-14", ""}};
    if (chance(random, 50)) body.deputies.push_back({"dep-2", Part::cosigner, "430000-14", ""});
  } else if (kind == Kind::matter) {
    if (chance(random, 60))
      body.petitioner = Petitioner{.anonymous = chance(random, 40), .person = "person-1"};
    if (chance(random, 20)) body.chosen_deputy = "dep-2";
  } else {
    body.deputies = {{"dep-1", Part::lead, "", ""}};
  }
  if (body.petitioner && body.petitioner->anonymous) body.petitioner->person.clear();
  return body;
}

CommandBody good_body(const Wish& w, CommandType command) {
  using enum CommandType;
  const Feedback feedback{"publication", "已公开"};
  const std::optional<Feedback> told =
      projections::owes_feedback(w.state) ? std::optional(feedback) : std::nullopt;
  const bool bad = std::ranges::any_of(w.state.lanes, [&](const Lane& lane) {
    return projections::owes_reply(lane) &&
           std::ranges::any_of(w.state.ratings, [&](const auto& rating) {
             return rating.lane == lane.lane && rating.round == lane.round &&
                    rating.result == Satisfaction::dissatisfied;
           });
  });
  switch (static_cast<int>(command)) {
    case static_cast<int>(transfer):
      return Transferred{w.state.chosen_deputy.empty() ? "dep-3" : w.state.chosen_deputy, "", ""};
    case static_cast<int>(answer):
      return AnsweredOnSpot{"当场解答", "face-to-face"};
    case static_cast<int>(redirect):
      return Redirected{w.definition.redirect_codes.front(), "说明", "", "face-to-face"};
    case static_cast<int>(record_deed):
      return DeedRecorded{"帮助解决", chance(w.random, 50), "visit", 0};
    case static_cast<int>(pass_on):
      return PassedOn{static_cast<Outlet>(w.random() % 6), "X-1", true, ""};
    case static_cast<int>(take_back):
      return OutletAnswered{static_cast<OutletResult>(w.random() % 3), "结果", ""};
    case static_cast<int>(review):
      return engine::Review{
          w.definition.policy.gates[w.state.gates_passed.size()],
          chance(w.random, 85) ? engine::ReviewOutcome::passed : engine::ReviewOutcome::sent_back,
          "意见"};
    case static_cast<int>(revise):
      return Revised{"新标题", "", "", ""};
    case static_cast<int>(withdraw):
      return Withdrawn{withdrawing(w), true, "", feedback};
    case static_cast<int>(cosign): {
      const std::string deputy = w.actor.role == Role::deputy
                                     ? w.actor.id
                                     : "dep-x" + std::to_string(w.state.proposers.size());
      return Cosigned{deputy, w.state.congress, ""};
    }
    case static_cast<int>(merge):
      return Merged{.into = w.other_case};
    case static_cast<int>(unmerge):
      return Unmerged{.reason = "分开办理"};
    case static_cast<int>(convert): {
      Converted body{.into = w.other_case + "-s" + std::to_string(w.random() % 1'000'000'000)};
      body.draft = new_case(w.random, Kind::suggestion, w.actor);
      return body;
    }
    case static_cast<int>(accept):
      return Accepted{};
    case static_cast<int>(reject):
      return Rejected{w.definition.reject_codes.front(), "说明", told};
    case static_cast<int>(analyse):
      return Analysed{"城乡建设/排水", Level::county, "", ""};
    case static_cast<int>(adopt):
      return Adopted{"采纳", told};
    case static_cast<int>(mark_key):
      return MarkedKey{KeyForm::key_handling, "", "lea-1", ""};
    case static_cast<int>(assign_supervisor):
      return SupervisorAssigned{"committee-1", {}};
    case static_cast<int>(CommandType::hand_off):
      return model::hand_off(w);
    case static_cast<int>(urge): {
      for (const auto& clock : w.state.clocks) {
        if (!clock.key.deputy.empty()) return Urged{clock.key.lane, clock.key.deputy, ""};
      }
      return Urged{0, "", "请抓紧办理"};
    }
    case static_cast<int>(supervise):
      return Supervised{SupervisionForm::inspection, 0, ""};
    case static_cast<int>(feed_back):
      return FedBack{feedback};
    case static_cast<int>(publish):
      return Published{"platform", ""};
    case static_cast<int>(close):
      return bad ? Closed{CloseOutcome::still_dissatisfied, "已尽力", ""}
                 : Closed{CloseOutcome::done, "", ""};
    case static_cast<int>(reopen):
      return Reopened{"出现新情况"};
    case static_cast<int>(archive):
      return Archived{};
    case static_cast<int>(annotate):
      return Annotated{"备注"};
    case static_cast<int>(correct): {
      Corrected body{.of = 1, .reason = "笔误"};
      body.fields.place = "升平路";
      return body;
    }
    case static_cast<int>(recalculate):
      return Rescheduled{.reason = "历法更新"};
    case static_cast<int>(migrate): {
      std::vector<std::string> others;
      for (const auto& other : w.definitions.all()) {
        if (other->process() == w.definition.process() && other->id() != w.state.process)
          others.push_back(other->id());
      }
      if (others.empty()) return Migrated{};
      return Migrated{others[w.random() % others.size()], "", ""};
    }
    default:
      return on_lanes(w, command);
  }
}

}  // namespace huiyin::model
