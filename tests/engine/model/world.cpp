#include "model/world.hpp"

#include <gtest/gtest.h>

#include "engine/transport.hpp"
#include "events/case_codec.hpp"
#include "projections/case_fold.hpp"

namespace huiyin::model {
namespace {

engine::Command engine_command(const std::string& case_id, events::Instant at,
                               engine::CommandBody body) {
  engine::Command command;
  command.case_id = case_id;
  command.actor = {"engine", engine::Role::timer, "", "", ""};
  command.occurred_at = at;
  command.body = std::move(body);
  return command;
}

// What a node gets of a command and its refusal is what the other sent.
void expect_to_travel(const engine::Command& command) {
  static events::json::Parser parser;
  std::string text;
  engine::append_json(text, command);
  const auto arrived = engine::read_command(parser, text);
  ASSERT_TRUE(arrived.has_value()) << arrived.error() << "\n" << text;
  ASSERT_TRUE(arrived->body == command.body) << text;
  ASSERT_TRUE(arrived->actor == command.actor && arrived->case_id == command.case_id &&
              arrived->behalf == command.behalf && arrived->occurred_at == command.occurred_at &&
              arrived->expected_version == command.expected_version &&
              arrived->process == command.process && arrived->id == command.id)
      << text;
}

void expect_to_travel(const engine::Refusal& refusal) {
  static events::json::Parser parser;
  std::string text;
  engine::append_json(text, engine::Answer(refusal));
  const auto arrived = engine::read_answer(parser, text);
  ASSERT_TRUE(arrived.has_value()) << arrived.error() << "\n" << text;
  const auto* same = std::get_if<engine::Refusal>(&*arrived);
  ASSERT_NE(same, nullptr);
  ASSERT_TRUE(same->code == refusal.code && same->rule == refusal.rule &&
              same->detail == refusal.detail && same->allowed == refusal.allowed)
      << text;
}

engine::CommandBody step_of(const PendingFollowUp& pending) {
  const auto& f = pending.follow_up;
  switch (f.action) {
    case events::FollowUpAction::collect:
      return *f.draft;
    case events::FollowUpAction::join:
      return engine::Join{f.id, pending.asker, f.link, f.petitioner};
    case events::FollowUpAction::leave:
      return engine::Leave{f.id, pending.asker};
    case events::FollowUpAction::relay:
      break;
  }
  return events::Settled{f.id, pending.asker, f.result, f.class_code, f.meaning, ""};
}

}  // namespace

void World::apply(const engine::Command& command, const engine::Decision& decision) {
  projections::CaseState& state = cases[command.case_id];
  for (const events::CaseEvent& event : decision.events) {
    std::string json;
    events::append_case_event(json, event);
    const auto read = events::decode_case_event(parser_, event.type(), json);
    ASSERT_TRUE(read.has_value()) << json << " " << read.error().detail << read.error().pointer;
    ASSERT_EQ(*read, event) << json;
    events::EnvelopeView envelope;
    envelope.subject = command.case_id;
    envelope.subject_version = state.version + 1;
    envelope.time = now;
    envelope.actor = command.actor.id;
    envelope.role = command.actor.role;
    envelope.behalf = command.behalf;
    envelope.process = decision.process;
    projections::fold(state, envelope, *read);
    ++events;
    for (const auto& f : event.common.follow_ups) pending_.push_back({command.case_id, f});
  }
}

std::expected<engine::Decision, engine::Refusal> World::give(const engine::Command& command) {
  const auto found = cases.find(command.case_id);
  const projections::CaseState none;
  auto decision =
      engine::decide(definitions_, found == cases.end() ? none : found->second, command, now);
  expect_to_travel(command);
  if (decision) {
    apply(command, *decision);
  } else {
    expect_to_travel(decision.error());
  }
  return decision;
}

std::size_t World::fire(const std::string& case_id, events::Instant until) {
  std::size_t fired = 0;
  while (true) {
    projections::CaseState& state = cases[case_id];
    const auto* definition = definitions_.find(state.process);
    const auto timer = engine::next_timer(*definition, state, until);
    if (!timer) return fired;
    engine::Decision decision{{timer->event}, state.process};
    apply(engine_command(case_id, timer->event.common.occurred_at, events::Annotated{}), decision);
    ++fired;
    ++timer_events;
  }
}

bool World::follow_up() {
  if (pending_.empty()) return false;
  const PendingFollowUp pending = pending_.front();
  pending_.erase(pending_.begin());
  const std::string& target = pending.follow_up.target;
  if (cases.contains(target)) fire(target, now);
  const auto answer = give(engine_command(target, now, step_of(pending)));
  events::Settled settled{
      pending.follow_up.id, target, events::SettledResult::accepted, "", {}, ""};
  const bool done = answer.has_value() || answer.error().rule == "already-done";
  if (!done) {
    settled.result = events::SettledResult::refused;
    settled.detail = answer.error().detail;
  }
  // The same step again must change nothing: the runtime repeats after a crash.
  const auto again = give(engine_command(target, now, step_of(pending)));
  EXPECT_FALSE(again.has_value()) << "a follow-up was carried out twice";
  const auto settlement = give(engine_command(pending.asker, now, settled));
  EXPECT_TRUE(settlement.has_value()) << settlement.error().detail;
  EXPECT_FALSE(give(engine_command(pending.asker, now, settled)).has_value()) << "settled twice";
  return true;
}

}  // namespace huiyin::model
