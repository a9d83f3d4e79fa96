#include "engine/follow_ups.hpp"

#include <unordered_set>

namespace huiyin::engine {

namespace {

constexpr std::size_t page_cases = 1'000;  // whose outboxes are read at a time

CommandBody body_of(const std::string& asker, const events::FollowUp& follow_up) {
  switch (follow_up.action) {
    case events::FollowUpAction::collect: {
      // decide put the link to the asking case into the draft.
      return follow_up.draft.value_or(events::Collected{});
    }
    case events::FollowUpAction::join:
      return Join{follow_up.id, asker, follow_up.link, follow_up.petitioner};
    case events::FollowUpAction::leave:
      return Leave{follow_up.id, asker};
    case events::FollowUpAction::relay:
      break;
  }
  return events::Settled{.follow_up = follow_up.id,
                         .by = asker,
                         .result = follow_up.result,
                         .class_code = follow_up.class_code,
                         .meaning = follow_up.meaning,
                         .detail = {}};
}

}  // namespace

FollowUps::FollowUps(CaseCommands& commands, const projections::ViewStore& views, IdSource& ids,
                     std::optional<events::Partition> only)
    : commands_(commands), views_(views), ids_(ids), only_(only) {}

bool FollowUps::owes_resend() const {
  const std::lock_guard lock(mutex_);
  return owes_resend_;
}

std::uint64_t FollowUps::stuck() const {
  const std::lock_guard lock(mutex_);
  return stuck_;
}

bool FollowUps::idle() const {
  const std::lock_guard lock(mutex_);
  return pending_.empty() && !owes_resend_;
}

void FollowUps::resend() {
  {
    const std::lock_guard lock(mutex_);
    owes_resend_ = false;
  }
  std::unordered_set<std::string> seen;
  for (;;) {
    const auto cases = views_.cases_with_outbox(page_cases + seen.size(), only_);
    const std::size_t before = seen.size();
    for (const auto& id : cases) {
      if (!seen.insert(id).second) continue;
      const auto state = views_.load_state(id);
      if (!state || !*state) continue;
      for (const auto& follow_up : (*state)->outbox) {
        send(id, (*state)->last_occurred, follow_up);
      }
    }
    if (seen.size() == before) return;
    // Too many for the queue: the rest comes with the next call.
    if (owes_resend()) return;
  }
}

void FollowUps::committed(std::span<FollowUpRequest> requests) {
  for (const auto& request : requests) {
    send(request.asker, request.occurred_at, request.follow_up);
  }
}

Command FollowUps::command(std::string_view step, const std::string& follow_up,
                           const std::string& case_id) {
  Command out;
  out.id = ids_.derived_id(std::string(step) + "|" + follow_up);
  out.hash = out.id;  // the id says it all
  out.case_id = case_id;
  out.actor = {.id = "timer", .role = Role::timer};
  return out;
}

void FollowUps::send(const std::string& asker, events::Instant occurred_at,
                     const events::FollowUp& follow_up) {
  Command ask = command("follow-up", follow_up.id, follow_up.target);
  ask.occurred_at = occurred_at;
  ask.body = body_of(asker, follow_up);
  submit(std::move(ask), {asker, follow_up.target, follow_up.id, occurred_at, false});
}

void FollowUps::submit(Command command, Pending pending) {
  std::uint64_t token = 0;
  {
    const std::lock_guard lock(mutex_);
    token = next_token_++;
    pending_.emplace(token, std::move(pending));
  }
  if (commands_.submit_own(std::move(command), token, *this)) return;
  const std::lock_guard lock(mutex_);
  pending_.erase(token);
  owes_resend_ = true;
}

void FollowUps::answered(std::span<Answered> answers) {
  for (auto& [token, answer] : answers) {
    Pending pending;
    {
      const std::lock_guard lock(mutex_);
      auto node = pending_.extract(token);
      pending = std::move(node.mapped());
      if (std::holds_alternative<RuntimeError>(answer)) {
        owes_resend_ = true;
        continue;
      }
    }
    if (!pending.settling) {
      settle(std::move(pending), answer);
    } else if (const auto* refusal = std::get_if<Refusal>(&answer);
               refusal != nullptr && refusal->rule != already_done) {
      const std::lock_guard lock(mutex_);
      ++stuck_;
    }
  }
}

void FollowUps::settle(Pending pending, const Answer& answer) {
  Command tell = command("settle", pending.id, pending.asker);
  events::Settled settled{.follow_up = pending.id,
                          .by = pending.target,
                          .result = events::SettledResult::accepted,
                          .class_code = {},
                          .meaning = {},
                          .detail = {}};
  if (const auto* refusal = std::get_if<Refusal>(&answer);
      refusal != nullptr && refusal->rule != already_done) {
    settled.result = events::SettledResult::refused;
    settled.detail = refusal->rule + ": " + refusal->detail;
  }
  tell.occurred_at = pending.occurred_at;
  tell.body = std::move(settled);
  pending.settling = true;
  submit(std::move(tell), std::move(pending));
}

}  // namespace huiyin::engine
