// What happens when the log or the views do not take what they are given.
#include <thread>

#include <gtest/gtest.h>

#include "engine/runtime/node.hpp"

namespace huiyin::test {
namespace {

using engine::Role;
using engine::RuntimeErrorCode;
using events::Annotated;
using Fault = FaultyLog::Fault;
using namespace std::chrono_literals;

engine::Command note(const std::string& text) { return by(Role::deputy, "m-1", Annotated{text}); }

TEST(FailedAppend, AFullDiskRefusesAndGoesOnWithoutARestart) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.log->fail(Fault::full);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(error(node.give(note("no room"))), RuntimeErrorCode::disk_full);
  }
  EXPECT_EQ(node.state("m-1").version, 1U);  // reading goes on
  node.log->fail(Fault::none);
  EXPECT_EQ(outcome(node.give(note("room"))).version, 2U);
  node.settle_down();
  node.expect_sound();
  EXPECT_EQ(node.runtime->snapshot().recoveries, 5U);
}

TEST(FailedAppend, WhatWasDecidedUponItIsDropped) {
  NodeOptions options;
  options.limits.chunk_commands = 10;
  options.limits.batch_commands = 10;
  Node node(options);
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  for (std::uint64_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(node.runtime->processor().submit(note("lost"), i, answers).has_value());
  }
  node.log->wait_for_append();
  std::this_thread::sleep_for(20ms);  // the next batch is decided meanwhile
  node.log->fail(Fault::lost);
  node.log->hold(false);
  std::size_t accepted = 0;
  for (const auto& one : answers.wait(40)) {
    if (std::holds_alternative<engine::Outcome>(one.answer)) {
      ++accepted;
    } else {
      EXPECT_EQ(error(one.answer), RuntimeErrorCode::unavailable);
    }
  }
  EXPECT_EQ(accepted, 0U);
  node.log->fail(Fault::none);
  EXPECT_EQ(outcome(node.give(note("kept"))).version, 2U);
  node.settle_down();
  node.expect_sound();
}

TEST(FailedAppend, AnUnknownOutcomeIsReadFromTheLog) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  const auto command = note("written, but nobody was told");
  node.log->fail(Fault::written);
  EXPECT_EQ(error(node.give(command)), RuntimeErrorCode::unavailable);
  node.log->fail(Fault::none);
  EXPECT_EQ(outcome(node.give(command)).version, 2U);  // the retry finds it
  EXPECT_EQ(outcome(node.give(note("next"))).version, 3U);
  EXPECT_EQ(node.history("m-1").size(), 3U);
  node.settle_down();
  node.expect_sound();
}

TEST(FailedAppend, RandomFaultsUnderLoadLoseNothingThatWasAcknowledged) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  std::jthread chaos([&](const std::stop_token& stop) {
    unsigned turn = 0;
    while (!stop.stop_requested()) {
      node.log->fail(static_cast<Fault>(turn++ % 4));
      std::this_thread::sleep_for(3ms);
      node.log->fail(Fault::none);
      std::this_thread::sleep_for(5ms);
    }
    node.log->fail(Fault::none);
  });
  // Every note is retried with its id until it is acknowledged.
  constexpr int clients = 4;
  constexpr int notes = 150;
  {
    std::vector<std::jthread> threads;
    threads.reserve(clients);
    for (int c = 0; c < clients; ++c) {
      threads.emplace_back([&] {
        for (int i = 0; i < notes; ++i) {
          const auto command = note("note");
          while (!std::holds_alternative<engine::Outcome>(node.give(command))) {
          }
        }
      });
    }
  }
  chaos.request_stop();
  chaos.join();
  EXPECT_EQ(node.history("m-1").size(), 1U + clients * notes);
  node.settle_down();
  node.expect_sound();
}

TEST(Start, ViewsThatAreAheadOfTheLogAreRefused) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.settle_down();
  node.runtime.reset();
  const TempDir other;
  auto empty = local_log::LocalLog::open(other.path() / "log", local_log::OpenMode::create,
                                         {.partitions = node.options.partitions});
  ASSERT_TRUE(empty.has_value());
  const auto started = engine::Runtime::start(
      **empty, *node.views, shipped_definitions(), node.ids,
      {.processor = {.source = "/huiyin/test", .limits = {}, .on_commit = {}},
       .timers = {},
       .settlement_file = other.path() / "imports",
       .wall_clock = false});
  ASSERT_FALSE(started.has_value());
  EXPECT_NE(started.error().find("events were lost"), std::string::npos) << started.error();
}

TEST(Start, ViewsCatchUpWithTheLog) {
  Node node;
  for (int i = 0; i < 300; ++i) outcome(node.give(collect_matter("m-" + std::to_string(i))));
  node.restart_from_the_log();
  EXPECT_EQ(node.state("m-299").version, 1U);
  EXPECT_EQ(outcome(node.give(by(Role::deputy, "m-299", Annotated{"note"}))).version, 2U);
  node.settle_down();
  node.expect_sound();
}

}  // namespace
}  // namespace huiyin::test
