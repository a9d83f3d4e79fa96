#include <algorithm>

#include "clocks.hpp"
#include "handlers.hpp"
#include "lanes.hpp"

namespace huiyin::engine {

using namespace events;

namespace {

// Handles a command whose event is its body on one lane.
template <class Body>
Handled on_lane(const Context& c, const Body& body) {
  const auto lane = resolve_lane(c, body.lane);
  if (!lane) return std::unexpected(lane.error());
  Body event = body;
  event.lane = (*lane)->lane;
  return Draft{.body = event, .lanes = {event.lane}};
}

}  // namespace

std::expected<void, Refusal> check_handler(const Context& c, const std::string& organ) {
  const bool is_proposer =
      std::ranges::find(c.state.proposers, organ, &Proposer::deputy) != c.state.proposers.end();
  if (is_proposer || organ == c.state.officer || c.command.known().persons.contains(organ)) {
    return refuse(
        RefusalCode::guard_failed, "S4-14",
        organ + " is a deputy or liaison officer, and these never handle matters themselves");
  }
  return {};
}

Handled handle(const Context&, const MarkedKey& body) { return Draft{.body = body}; }

Handled handle(const Context&, const SupervisorAssigned& body) {
  if (std::ranges::find(body.joining, body.organ) != body.joining.end()) {
    return invalid("S2-33", "the responsible organ does not also join");
  }
  return Draft{.body = body};
}

Handled handle(const Context& c, const HandedOff& body) {
  HandedOff event = body;
  std::uint16_t next = static_cast<std::uint16_t>(c.state.lanes.size());
  std::vector<std::string_view> seen;
  const auto open = [&](const std::string& organ, LaneRole role) -> std::expected<void, Refusal> {
    if (auto checked = check_handler(c, organ); !checked) return checked;
    if (std::ranges::find(seen, organ) != seen.end()) {
      return invalid("hand-off", organ + " is named twice");
    }
    seen.push_back(organ);
    event.lanes.push_back({++next, organ, role});
    return {};
  };
  if (body.lead.empty() && body.separate.empty()) {
    return invalid("lead-organ", "name a lead organ, or organs that handle separately");
  }
  if (!body.lead.empty() && !body.separate.empty()) {
    return invalid("lead-organ", "either one organ leads or several handle separately");
  }
  std::expected<void, Refusal> opened;
  if (!body.lead.empty()) opened = open(body.lead, LaneRole::lead);
  const auto open_all = [&](const std::vector<std::string>& organs, LaneRole role) {
    for (const auto& organ : organs) {
      if (opened) opened = open(organ, role);
    }
  };
  open_all(body.separate, LaneRole::separate);
  open_all(body.co, LaneRole::co);
  open_all(body.assist, LaneRole::assist);
  if (!opened) return std::unexpected(opened.error());
  // DESIGN.md 9; 14 units together are known (S3-39).
  if (event.lanes.size() > 64) return invalid("hand-off", "more than 64 organs");
  Draft draft{.body = event};
  for (const LaneOpened& lane : event.lanes) draft.lanes.push_back(lane.lane);
  return draft;
}

Handled handle(const Context& c, const Signed& body) { return on_lane(c, body); }
Handled handle(const Context& c, const ReturnRequested& body) { return on_lane(c, body); }
Handled handle(const Context& c, const OpinionGiven& body) { return on_lane(c, body); }
Handled handle(const Context& c, const ExtensionRequested& body) { return on_lane(c, body); }

Handled handle(const Context& c, const ReturnDecided& body) {
  auto draft = on_lane(c, body);
  if (draft && body.granted) draft->ended_lanes = draft->lanes;
  return draft;
}

Handled handle(const Context& c, const Reassigned& body) {
  const auto lane = resolve_lane(c, body.lane);
  if (!lane) return std::unexpected(lane.error());
  if (auto checked = check_handler(c, body.organ); !checked)
    return std::unexpected(checked.error());
  const bool held = std::ranges::any_of(c.state.lanes, [&](const Lane& other) {
    return projections::is_live(other) && other.organ == body.organ;
  });
  if (held) return invalid("reassign", body.organ + " already handles this case");
  Reassigned event = body;
  event.lane = (*lane)->lane;
  event.opened = {static_cast<std::uint16_t>(c.state.lanes.size() + 1), body.organ, (*lane)->role};
  return Draft{.body = event, .lanes = {event.opened.lane}, .ended_lanes = {event.lane}};
}

Handled handle(const Context& c, const Contacted& body) {
  for (const auto& deputy : body.deputies) {
    if (std::ranges::find(c.state.proposers, deputy, &Proposer::deputy) ==
        c.state.proposers.end()) {
      return invalid("contact", "deputy " + deputy + " does not propose this case");
    }
  }
  if (body.deputies.empty()) return invalid("contact", "name the deputies");
  return on_lane(c, body);
}

Handled handle(const Context& c, const ExtensionDecided& body) {
  auto draft = on_lane(c, body);
  if (!draft || !body.granted) return draft;
  const Lane* lane = projections::find_lane(c.state, draft->lanes.front());
  if (auto change = plan_extension(c, *lane)) draft->clocks.push_back(std::move(*change));
  return draft;
}

Handled handle(const Context& c, const Urged& body) {
  if (!body.deputy.empty()) {
    const bool awaited = std::ranges::any_of(c.state.clocks, [&](const ClockInstance& running) {
      return running.key.deputy == body.deputy;
    });
    if (!awaited) return invalid("urge", "nothing is awaited from deputy " + body.deputy);
    Draft draft{.body = body};
    if (body.lane != 0) draft.lanes = {body.lane};
    return draft;
  }
  if (body.lane != 0 && projections::find_lane(c.state, body.lane) == nullptr) {
    return invalid("lane", "no such lane");
  }
  return Draft{.body = body};
}

Handled handle(const Context& c, const Supervised& body) {
  if (body.lane != 0 && projections::find_lane(c.state, body.lane) == nullptr) {
    return invalid("lane", "no such lane");
  }
  return Draft{.body = body};
}

}  // namespace huiyin::engine
