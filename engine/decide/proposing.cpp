#include <algorithm>

#include "guards.hpp"
#include "handlers.hpp"

namespace huiyin::engine {

using namespace events;

Handled handle(const Context& c, const Review& body) {
  const auto& gates = c.definition.policy.gates;
  const std::string& next = gates[c.state.gates_passed.size()];  // open gates: checked before
  if (body.gate != next) return invalid("S3-25", "the next gate is " + next);
  if (body.outcome == ReviewOutcome::passed)
    return Draft{.body = Reviewed{body.gate, body.remarks}};
  if (body.remarks.empty()) return invalid("S3-25", "say in `remarks` what to change");
  return Draft{.body = SentBack{body.gate, body.remarks}};
}

Handled handle(const Context&, const Revised& body) {
  if (body.title.empty() && body.body.empty() && body.place.empty()) {
    return invalid("revise", "nothing to revise: give title, body or place");
  }
  return Draft{.body = body};
}

Handled handle(const Context& c, const Withdrawn& body) {
  if (c.as.role == Role::deputy && body.deputy != c.as.id) {
    return refuse(RefusalCode::not_permitted, "withdraw", "each deputy withdraws for themselves");
  }
  if (std::ranges::find(c.state.proposers, body.deputy, &Proposer::deputy) ==
      c.state.proposers.end()) {
    return invalid("withdraw", "that deputy does not propose this case");
  }
  if (std::ranges::find(c.state.withdrawn, body.deputy) != c.state.withdrawn.end()) {
    return invalid("withdraw", "that deputy has withdrawn already");
  }
  if (!body.in_writing) {
    return refuse(RefusalCode::guard_failed, "withdraw", "a withdrawal is in writing");
  }
  CaseState after = c.state;
  after.withdrawn.push_back(body.deputy);
  Draft draft{.body = body};
  if (holds(Guard::all_withdrawn, c.definition, after)) {
    if (auto checked = check_feedback(c, body.feedback); !checked)
      return std::unexpected(checked.error());
    draft.follow_ups = relay(c.state, SettledResult::withdrawn, nullptr, 0);
  }
  return draft;
}

Handled handle(const Context& c, const Cosigned& body) {
  if (std::ranges::find(c.state.proposers, body.deputy, &Proposer::deputy) !=
      c.state.proposers.end()) {
    return invalid("cosign", "that deputy proposes it already");
  }
  if (c.as.role == Role::deputy && body.deputy != c.as.id) {
    return refuse(RefusalCode::not_permitted, "cosign", "each deputy signs for themselves");
  }
  if (!c.state.congress.empty()) {
    const auto known = c.command.known().mandates.find(body.deputy);
    const bool member = known == c.command.known().mandates.end() ||
                        std::ranges::find(known->second, c.state.congress) != known->second.end();
    if (body.congress != c.state.congress || !member) {
      return refuse(RefusalCode::guard_failed, "S4-17",
                    "deputy " + body.deputy + " is no deputy of " + c.state.congress);
    }
  }
  return Draft{.body = body};
}

Handled handle(const Context&, const Accepted& body) { return Draft{.body = body}; }

Handled handle(const Context& c, const Rejected& body) {
  const auto& codes = c.definition.reject_codes;
  if (std::ranges::find(codes, body.reason) == codes.end()) {
    return invalid("reject", "reason is not in the definition's list of reject codes");
  }
  if (auto checked = check_feedback(c, body.feedback); !checked)
    return std::unexpected(checked.error());
  return Draft{.body = body, .follow_ups = relay(c.state, SettledResult::rejected, nullptr, 0)};
}

Handled handle(const Context&, const Analysed& body) { return Draft{.body = body}; }

}  // namespace huiyin::engine
