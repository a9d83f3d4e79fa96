#include "simulate.hpp"

#include <algorithm>

#include "crypto/uuid.hpp"
#include "events/case_codec.hpp"
#include "events/json_writer.hpp"
#include "projections/case_fold.hpp"

namespace huiyin::generate {
namespace {

using events::Role;

std::string derived(std::string_view what, std::string_view of) {
  const std::array texts{what, of};
  return crypto::uuid_v8(texts);
}

engine::CommandBody body_of(const std::string& asker, const events::FollowUp& follow_up) {
  switch (follow_up.action) {
    case events::FollowUpAction::collect:
      return follow_up.draft.value_or(events::Collected{});
    case events::FollowUpAction::join:
      return engine::Join{follow_up.id, asker, follow_up.link, follow_up.petitioner};
    case events::FollowUpAction::leave:
      return engine::Leave{follow_up.id, asker};
    case events::FollowUpAction::relay:
      break;
  }
  return events::Settled{.follow_up = follow_up.id,
                         .by = asker,
                         .result = follow_up.result,
                         .class_code = follow_up.class_code,
                         .meaning = follow_up.meaning};
}

}  // namespace

Simulator::Simulator(const engine::Definitions& definitions, std::string source, EventSink sink)
    : definitions_(definitions), sink_(std::move(sink)) {
  envelope_.source = std::move(source);
}

std::expected<void, std::string> Simulator::live(const Life& life, Instant until) {
  ids_ = life.cases;
  states_.assign(ids_.size(), {});
  for (const Step& step : life.steps) {
    if (step.at > until) break;
    if (auto done = this->step(life, step); !done) return done;
  }
  for (auto& state : states_) {
    if (auto done = fire_timers(state, until); !done) return done;
  }
  return {};
}

Simulator::Done Simulator::step(const Life& life, const Step& step) {
  ++commands_;
  engine::Command command;
  command.case_id = life.cases[step.subject];
  command.id =
      derived("command", command.case_id + "|" + std::to_string(&step - life.steps.data()));
  std::visit([&](const auto& body) { command.hash = events::to_json(body); }, step.body);
  command.hash = derived("hash", command.hash);
  command.actor = step.actor;
  command.behalf = step.behalf;
  command.occurred_at = step.at;
  command.body = step.body;
  return give(std::move(command));
}

projections::CaseState* Simulator::find(const std::string& case_id) {
  const auto found = std::ranges::find(ids_, case_id);
  return found == ids_.end() ? nullptr : &states_[static_cast<std::size_t>(found - ids_.begin())];
}

Simulator::Done Simulator::give(engine::Command command) {
  projections::CaseState& state = *find(command.case_id);
  const Instant at = *command.occurred_at;
  if (auto fired = fire_timers(state, at); !fired) return fired;
  auto decision = engine::decide(definitions_, state, command, at);
  if (!decision) {
    return std::unexpected(command.case_id + ": " + std::string(events::name_of(command.type())) +
                           " was refused (" + decision.error().rule +
                           "): " + decision.error().detail);
  }
  state.id = command.case_id;
  envelope_.actor = command.actor.id;
  envelope_.role = command.actor.role;
  envelope_.behalf = command.behalf;
  envelope_.command_id = command.id;
  envelope_.command_hash = command.hash;
  for (const auto& event : decision->events) {
    envelope_.id.clear();
    if (auto written = write(state, event, decision->process); !written) return written;
  }
  for (const auto& event : decision->events) {
    for (const auto& follow_up : event.common.follow_ups) {
      if (auto done = follow(command.case_id, at, follow_up); !done) return done;
    }
  }
  return {};
}

// Carried out at once, and settled with the one who asked.
Simulator::Done Simulator::follow(const std::string& asker, Instant at,
                                  const events::FollowUp& follow_up) {
  const auto command = [&](std::string_view step, const std::string& case_id) {
    engine::Command out;
    out.id = derived("follow-up", std::string(step) + "|" + follow_up.id);
    out.hash = out.id;
    out.case_id = case_id;
    out.actor = {.id = "timer", .role = Role::timer};
    out.occurred_at = at;
    return out;
  };
  engine::Command ask = command("ask", follow_up.target);
  ask.body = body_of(asker, follow_up);
  if (auto done = give(std::move(ask)); !done) return done;
  engine::Command tell = command("settle", asker);
  tell.body = events::Settled{
      .follow_up = follow_up.id, .by = follow_up.target, .result = events::SettledResult::accepted};
  return give(std::move(tell));
}

Simulator::Done Simulator::fire_timers(projections::CaseState& state, Instant until) {
  const engine::Definition* definition = definitions_.find(state.process);
  if (definition == nullptr) return {};
  while (auto timer = engine::next_timer(*definition, state, until)) {
    envelope_.actor = "timer";
    envelope_.role = Role::timer;
    envelope_.behalf.clear();
    envelope_.command_id.clear();
    envelope_.command_hash.clear();
    envelope_.id = derived("timer", timer->key);
    if (auto written = write(state, timer->event, std::string(state.process)); !written)
      return written;
  }
  return {};
}

Simulator::Done Simulator::write(projections::CaseState& state, const events::CaseEvent& event,
                                 const std::string& process) {
  envelope_.subject = state.id;
  envelope_.subject_version = state.version + 1;
  envelope_.type = event.type();
  envelope_.time = event.common.occurred_at;
  envelope_.process = process;
  if (envelope_.id.empty())
    envelope_.id = derived("event", state.id + "|" + std::to_string(envelope_.subject_version));
  data_.clear();
  events::append_case_event(data_, event);
  const events::EnvelopeView view{.id = envelope_.id,
                                  .type = envelope_.type,
                                  .source = envelope_.source,
                                  .subject = envelope_.subject,
                                  .time = envelope_.time,
                                  .subject_version = envelope_.subject_version,
                                  .actor = envelope_.actor,
                                  .role = envelope_.role,
                                  .behalf = envelope_.behalf,
                                  .command_id = envelope_.command_id,
                                  .command_hash = envelope_.command_hash,
                                  .process = envelope_.process};
  projections::fold(state, view, event);
  return sink_(envelope_, data_);
}

}  // namespace huiyin::generate
