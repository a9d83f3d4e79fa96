#include <algorithm>

#include "handlers.hpp"

namespace huiyin::engine {

using namespace events;

namespace {

bool is_one_of(const std::vector<std::string>& codes, const std::string& code) {
  return std::ranges::find(codes, code) != codes.end();
}

}  // namespace

std::expected<void, Refusal> check_proposal(const Collected& body, const Facts& facts) {
  std::vector<std::string_view> seen;
  std::size_t leads = 0;
  for (const Proposer& proposer : body.deputies) {
    if (std::ranges::find(seen, proposer.deputy) != seen.end()) {
      return invalid("deputies", "deputy " + proposer.deputy + " is named twice");
    }
    seen.push_back(proposer.deputy);
    leads += proposer.part == Part::lead;
  }
  if (!body.deputies.empty() && leads != 1) {
    return invalid("deputies", "exactly one deputy leads; the others are cosigners");
  }
  if (body.kind != Kind::suggestion && body.kind != Kind::motion) return {};
  // S4-17: put forward by deputies of the congress addressed, or by a delegation of it.
  if (body.deputies.empty())
    return refuse(RefusalCode::guard_failed, "S4-17", "a deputy must propose it");
  if (body.congress.empty())
    return refuse(RefusalCode::guard_failed, "S4-17", "name the congress addressed");
  for (const Proposer& proposer : body.deputies) {
    if (proposer.congress != body.congress) {
      return refuse(RefusalCode::guard_failed, "S4-17",
                    "deputy " + proposer.deputy + " is not named as a deputy of " + body.congress);
    }
    const auto known = facts.mandates.find(proposer.deputy);
    if (known != facts.mandates.end() && !is_one_of(known->second, body.congress)) {
      return refuse(RefusalCode::guard_failed, "S4-17",
                    "deputy " + proposer.deputy + " holds no mandate in " + body.congress);
    }
  }
  if (body.whole_delegation && body.deputies.front().delegation.empty()) {
    return invalid("S3-26", "a whole-delegation suggestion names its delegation");
  }
  return {};
}

std::expected<void, Refusal> check_feedback(const Context& c,
                                            const std::optional<Feedback>& feedback) {
  if (feedback || !projections::owes_feedback(c.state) || c.definition.records_other_systems)
    return {};
  return refuse(RefusalCode::guard_failed, "S0-31",
                "a citizen is owed feed-back: say in `feedback` how it was given");
}

Handled handle(const Context& c, const Collected& body) {
  if (auto checked = check_proposal(body, c.command.known()); !checked)
    return std::unexpected(checked.error());
  if (std::ranges::find(c.definition.kinds, body.kind) == c.definition.kinds.end()) {
    return invalid("kind", "process " + c.definition.id() + " does not take this kind");
  }
  Collected event = body;
  if (c.as.role == Role::officer && event.station.empty()) event.station = c.as.station;
  if (event.region.empty()) event.region = c.as.region;
  if (event.petitioner && event.petitioner->person.empty()) event.petitioner->anonymous = true;
  // A deputy who collects is the one who carries it.
  if (event.deputies.empty() && c.as.role == Role::deputy)
    event.deputies.push_back({c.as.id, Part::lead, "", ""});
  return Draft{.body = std::move(event)};
}

Handled handle(const Context& c, const Transferred& body) {
  if (!c.state.chosen_deputy.empty() && c.state.needs_transfer &&
      body.deputy != c.state.chosen_deputy) {
    return refuse(
        RefusalCode::guard_failed, "S2-5",
        "the citizen chose deputy " + c.state.chosen_deputy + ": transfer it there first");
  }
  return Draft{.body = body};
}

Handled handle(const Context&, const AnsweredOnSpot& body) { return Draft{.body = body}; }

Handled handle(const Context& c, const Redirected& body) {
  if (!is_one_of(c.definition.redirect_codes, body.reason)) {
    return invalid("S4-16", "reason is not in the definition's list of redirect codes");
  }
  return Draft{.body = body};
}

Handled handle(const Context& c, const DeedRecorded& body) {
  if (body.solved && body.how.empty() && projections::owes_feedback(c.state)) {
    return refuse(RefusalCode::guard_failed, "S0-31",
                  "say in `how` how the citizen learnt that it is solved");
  }
  return Draft{.body = body};
}

Handled handle(const Context&, const PassedOn& body) {
  if (!body.in_scope) {
    return refuse(RefusalCode::guard_failed, "S0-30",
                  "only what is within the outlet's scope is passed on");
  }
  return Draft{.body = body};
}

Handled handle(const Context&, const OutletAnswered& body) { return Draft{.body = body}; }

Handled handle(const Context& c, const Adopted& body) {
  if (auto checked = check_feedback(c, body.feedback); !checked)
    return std::unexpected(checked.error());
  return Draft{.body = body};
}

}  // namespace huiyin::engine
