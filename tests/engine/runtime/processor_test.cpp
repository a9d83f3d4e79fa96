#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include "engine/runtime/node.hpp"

namespace huiyin::test {
namespace {

using engine::Outcome;
using engine::Role;
using engine::RuntimeErrorCode;
using events::Annotated;
using namespace std::chrono_literals;

TEST(Processor, AnswersWithWhatTheLogHolds) {
  Node node;
  const auto answer = node.give(collect_matter("m-1"));
  const Outcome& out = outcome(answer);
  EXPECT_EQ(out.case_id, "m-1");
  EXPECT_EQ(out.version, 1U);
  EXPECT_EQ(out.stage, "collected");
  ASSERT_EQ(out.events.size(), 1U);
  EXPECT_EQ(out.events.front().type, "huiyin.case.collected.v1");
  const auto frame = node.real_log->get(out.position);
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(events::decode_frame(*frame)->envelope.id, out.events.front().id);
  node.settle_down();
  EXPECT_EQ(node.state("m-1").title, "升平路排水管堵塞");
  node.expect_sound();
}

TEST(Processor, JsonOfAnOutcome) {
  std::string json;
  append_json(json, Outcome{"m-1", 2, "accepted", {0, 7}, {{"e", "huiyin.case.accepted.v1", 2}}});
  EXPECT_EQ(json, R"({"case":"m-1","version":2,"stage":"accepted","position":"0:7","events":)"
                  R"([{"id":"e","type":"huiyin.case.accepted.v1","subjectversion":2}]})");
}

TEST(Processor, ARepeatGetsTheSameAnswerAlsoAfterARestart) {
  Node node;
  const auto command = collect_matter("m-1");
  const Outcome first = outcome(node.give(command));
  EXPECT_EQ(outcome(node.give(command)), first);
  node.restart();
  EXPECT_EQ(outcome(node.give(command)), first);
  node.restart_from_the_log();
  EXPECT_EQ(outcome(node.give(command)), first);
  auto other = command;
  other.hash = "of another body";
  EXPECT_EQ(error(node.give(other)), RuntimeErrorCode::conflict);
  EXPECT_EQ(node.history("m-1").size(), 1U);
}

TEST(Processor, ARepeatOfACommandThatIsUnderWayWaitsForIt) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  const auto command = by(Role::deputy, "m-1", Annotated{"once"});
  for (std::uint64_t i = 0; i < 20; ++i) {
    ASSERT_TRUE(node.runtime->processor().submit(command, i, answers).has_value());
  }
  node.log->wait_for_append();
  EXPECT_EQ(answers.size(), 0U);
  node.log->hold(false);
  const auto got = answers.wait(20);
  for (const auto& one : got) EXPECT_EQ(outcome(one.answer), outcome(got.front().answer));
  EXPECT_EQ(node.history("m-1").size(), 2U);
}

TEST(Processor, ARefusalLeavesNothingBehind) {
  Node node;
  const auto command = by(Role::deputy, "nobody", Annotated{"hello"});
  EXPECT_EQ(std::get<engine::Refusal>(node.give(command)).code, engine::RefusalCode::no_such_case);
  auto create = collect_matter("nobody");
  create.id = command.id;  // a refusal is not remembered
  EXPECT_EQ(outcome(node.give(create)).version, 1U);
  EXPECT_EQ(node.runtime->snapshot().refused, 1U);
}

TEST(Processor, ExpectedVersion) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  auto command = by(Role::deputy, "m-1", Annotated{"first"});
  command.expected_version = 1;
  EXPECT_EQ(outcome(node.give(command)).version, 2U);
  auto stale = by(Role::deputy, "m-1", Annotated{"second"});
  stale.expected_version = 1;
  const auto answer = node.give(stale);
  ASSERT_TRUE(std::holds_alternative<engine::Refusal>(answer));
  EXPECT_EQ(std::get<engine::Refusal>(answer).code, engine::RefusalCode::stale_version);
}

TEST(Processor, BatchesFormWhileTheDiskIsBusy) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  const auto before = node.runtime->snapshot().batches;
  node.log->hold(true);
  Answers answers;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    ASSERT_TRUE(node.runtime->processor()
                    .submit(by(Role::deputy, "m-1", Annotated{"note"}), i, answers)
                    .has_value());
  }
  node.log->wait_for_append();
  std::this_thread::sleep_for(50ms);
  node.log->hold(false);
  const auto got = answers.wait(1000);
  for (std::uint64_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].token, i);  // in order
    EXPECT_EQ(outcome(got[i].answer).version, i + 2);
  }
  EXPECT_LE(node.runtime->snapshot().batches - before, 8U);
  node.settle_down();
  node.expect_sound();
}

TEST(Processor, AFullQueueRefusesAtOnceAndRecovers) {
  NodeOptions options;
  options.limits.queue_commands = 100;
  options.limits.chunk_commands = 10;
  options.limits.batch_commands = 10;
  Node node(options);
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto result = node.runtime->processor().submit(by(Role::deputy, "m-1", Annotated{"note"}),
                                                         taken, answers);
    if (result) {
      ++taken;
    } else {
      EXPECT_EQ(result.error().code, RuntimeErrorCode::queue_full);
      ++refused;
    }
  }
  EXPECT_GE(refused, 1000U - 100 - 40);  // the queue, and what the threads have in hand
  node.log->hold(false);
  for (const auto& one : answers.wait(taken)) outcome(one.answer);
  EXPECT_TRUE(node.runtime->processor().wait_for_room(std::chrono::steady_clock::now() + 1s));
  outcome(node.give(by(Role::deputy, "m-1", Annotated{"after"})));
  EXPECT_EQ(node.runtime->snapshot().queue_full, refused);
}

TEST(Processor, ABodysBytesCountInTheQueue) {
  NodeOptions options;
  options.limits.queue_bytes = 100'000;
  options.limits.chunk_commands = 1;
  options.limits.batch_commands = 1;
  Node node(options);
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  std::uint64_t taken = 0;
  while (node.runtime->processor().submit(by(Role::deputy, "m-1", Annotated{"note"}), taken,
                                          answers, 10'000)) {
    ASSERT_LT(++taken, 20U);
  }
  node.log->hold(false);
  answers.wait(taken);
}

TEST(Processor, WhatWaitedTooLongIsNotBegun) {
  NodeOptions options;
  options.limits.queue_wait = 1s;
  options.limits.chunk_commands = 1;
  options.limits.batch_commands = 1;
  Node node(options);
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  for (std::uint64_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(node.runtime->processor()
                    .submit(by(Role::deputy, "m-1", Annotated{"note"}), i, answers)
                    .has_value());
  }
  std::this_thread::sleep_for(2s);
  node.log->hold(false);
  const auto got = answers.wait(10);
  const auto late = std::ranges::count_if(
      got, [](const auto& one) { return error(one.answer) == RuntimeErrorCode::timeout; });
  EXPECT_GE(late, 6);
  EXPECT_EQ(node.history("m-1").size(), 1U + 10 - static_cast<std::size_t>(late));
}

TEST(Processor, ACorrectionFindsTheEventThatItNames) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);  // not in the views yet
  Answers answers;
  events::Corrected body;
  body.of = 1;
  body.fields.title = "升平路排水管破裂";
  body.reason = "misheard";
  const auto correct = by(Role::coordinator, "m-1", body);
  ASSERT_TRUE(node.runtime->processor()
                  .submit(by(Role::deputy, "m-1", Annotated{"note"}), 0, answers)
                  .has_value());
  body.of = 2;  // the note
  body.fields = {};
  body.fields.occurred_at = some_monday - 1h;
  ASSERT_TRUE(
      node.runtime->processor().submit(by(Role::coordinator, "m-1", body), 1, answers).has_value());
  ASSERT_TRUE(node.runtime->processor().submit(correct, 2, answers).has_value());
  node.log->hold(false);
  for (const auto& one : answers.wait(3)) outcome(one.answer);
  node.settle_down();
  EXPECT_EQ(node.state("m-1").title, "升平路排水管破裂");
  EXPECT_EQ(node.history("m-1").size(), 4U);
  node.expect_sound();
}

TEST(Processor, TimeNeverGoesBackWithinAPartition) {
  Node node({.partitions = 1});
  outcome(node.give(collect_matter("m-1")));
  node.ids.advance(-24h);
  outcome(node.give(collect_matter("m-2")));
  outcome(node.give(by(Role::deputy, "m-1", Annotated{"the clock was set back"})));
  node.restart();
  outcome(node.give(collect_matter("m-3")));
  node.settle_down();
  node.expect_sound();
}

TEST(Processor, StopFinishesWhatWasTaken) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  Answers answers;
  std::uint64_t taken = 0;
  std::jthread client([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (node.runtime->processor().submit(by(Role::deputy, "m-1", Annotated{"note"}), taken,
                                           answers)) {
        ++taken;
      }
    }
  });
  std::this_thread::sleep_for(100ms);
  const auto begun = std::chrono::steady_clock::now();
  node.runtime->stop(5s);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 6s);
  client.request_stop();
  client.join();
  const auto got = answers.wait(taken);
  ASSERT_EQ(got.size(), taken);
  std::size_t accepted = 0;
  for (const auto& one : got) {
    if (std::holds_alternative<Outcome>(one.answer)) ++accepted;
  }
  EXPECT_EQ(node.history("m-1").size(), accepted + 1);
  EXPECT_EQ(error(node.give(collect_matter("m-2"))), RuntimeErrorCode::stopping);
  node.restart();
  node.settle_down();
  node.expect_sound();
}

TEST(Processor, StopGivesUpWhatIsNotBegunAtTheDeadline) {
  NodeOptions options;
  options.limits.chunk_commands = 1;
  options.limits.batch_commands = 1;
  Node node(options);
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  for (std::uint64_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(node.runtime->processor()
                    .submit(by(Role::deputy, "m-1", Annotated{"note"}), i, answers)
                    .has_value());
  }
  node.log->wait_for_append();
  std::jthread stopper([&] { node.runtime->stop(50ms); });
  std::this_thread::sleep_for(150ms);
  node.log->hold(false);
  stopper.join();
  const auto got = answers.wait(50);
  const auto given_up = std::ranges::count_if(
      got, [](const auto& one) { return error(one.answer) == RuntimeErrorCode::stopping; });
  EXPECT_GT(given_up, 40);
  EXPECT_EQ(node.history("m-1").size(), 1U + 50 - static_cast<std::size_t>(given_up));
}

TEST(Processor, InOrderARepeatWaitsForTheViewsBeforeTheNextCommand) {
  NodeOptions options;
  options.in_order = true;
  Node node(options);
  Answers answers;
  std::uint64_t token = 0;
  for (int i = 0; i < 200; ++i) {
    const auto command = collect_matter("m-" + std::to_string(i));
    ASSERT_TRUE(node.runtime->processor().submit(command, token++, answers).has_value());
    if (i % 3 == 0) {  // again while the first is under way
      ASSERT_TRUE(node.runtime->processor().submit(command, token++, answers).has_value());
    }
  }
  std::uint64_t expected = 0;
  for (const auto& one : answers.wait(token)) {
    outcome(one.answer);
    EXPECT_EQ(one.token, expected++);
  }
  EXPECT_EQ(node.runtime->snapshot().repeated, 67U);
  node.settle_down();
  node.expect_sound();
}

TEST(Processor, ManyCasesThroughASmallCache) {
  NodeOptions options;
  options.limits.state_cache_bytes = 50'000;  // some twenty states
  Node node(options);
  Answers answers;
  std::uint64_t token = 0;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 500; ++i) {
      const auto id = "m-" + std::to_string(i);
      auto command = round == 0 ? collect_matter(id) : by(Role::deputy, id, Annotated{"note"});
      ASSERT_TRUE(
          node.runtime->processor().submit(std::move(command), token++, answers).has_value());
    }
  }
  for (const auto& one : answers.wait(token)) outcome(one.answer);
  node.settle_down();
  // The decider learns at its next step that the views hold what it kept for them.
  std::uint64_t more = 0;
  auto snapshot = node.runtime->snapshot();
  for (; more < 100 && (more == 0 || snapshot.cached_state_bytes >= 60'000U); ++more) {
    outcome(node.give(by(Role::deputy, "m-7", Annotated{"note"})));
    snapshot = node.runtime->snapshot();
  }
  EXPECT_LT(snapshot.cached_state_bytes, 60'000U);
  EXPECT_EQ(snapshot.accepted, 1500U + more);
  EXPECT_GT(snapshot.answered.quantile_us(0.5), 0U);
  node.settle_down();
  node.expect_sound();
}

}  // namespace
}  // namespace huiyin::test
