#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "engine/runtime/node.hpp"

namespace huiyin::test {
namespace {

using engine::Role;
using events::Instant;
using namespace std::chrono_literals;

constexpr auto days = [](int count) { return std::chrono::hours{24 * count}; };

// Events of timers in a case's history.
std::size_t fired(const Node& node, const std::string& case_id) {
  const auto history = node.history(case_id);
  return static_cast<std::size_t>(std::ranges::count_if(history, [](const std::string& line) {
    return line.contains("deadline-") || line.contains("escalated");
  }));
}

// No two events of the log have one id.
void expect_ids_once(const Node& node) {
  std::map<std::string, int> ids;
  for (events::Partition p = 0; p < node.real_log->partitions(); ++p) {
    const auto reader = node.real_log->read(p, 1);
    for (auto frame = reader->next(); frame && *frame; frame = reader->next()) {
      EXPECT_EQ(++ids[std::string(events::decode_frame(**frame)->envelope.id)], 1);
    }
  }
}

TEST(Timers, TheWallClockFiresEachThresholdOnce) {
  Node node;
  outcome(node.give(collect_matter("m-1")));  // intake: warned, missed, escalated
  node.settle_down();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  node.ids.advance(days(30));
  EXPECT_EQ(node.runtime->timers().run_due(), 3U);
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  node.restart();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  node.restart_from_the_log();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  EXPECT_EQ(fired(node, "m-1"), 3U);
  node.expect_sound();
  expect_ids_once(node);
}

TEST(Timers, FireBeforeTheCommandThatComesAfterThem) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.ids.advance(days(30));
  auto late = by(Role::officer, "m-1", events::Accepted{});
  late.expected_version = 1;  // as the sender saw it: timers are not another's change
  const auto answer = node.give(late);
  EXPECT_EQ(outcome(answer).version, 5U);
  EXPECT_EQ(outcome(answer).events.size(), 1U);  // its own
  EXPECT_EQ(outcome(node.give(late)), outcome(answer));
  const auto history = node.history("m-1");
  EXPECT_EQ(history.back(), "5 accepted");
  node.settle_down();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  node.expect_sound();
}

TEST(Timers, ARefusedCommandFiresNothing) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.ids.advance(days(30));
  EXPECT_NE(refusal(node.give(by(Role::organ, "m-1", events::Signed{}))), "");
  EXPECT_EQ(node.history("m-1").size(), 1U);
  outcome(node.give(collect_matter("m-2")));
  node.settle_down();
  EXPECT_EQ(node.runtime->timers().run_due(), 3U);
  node.expect_sound();
}

TEST(Timers, AClockThatJumpsForwardAndBackLosesNothing) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.settle_down();
  node.ids.advance(days(3650));
  EXPECT_EQ(node.runtime->timers().run_due(), 3U);
  node.ids.set(some_monday + 1h);
  outcome(node.give(collect_matter("m-2")));
  outcome(node.give(by(Role::officer, "m-1", events::Accepted{})));
  node.settle_down();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  node.ids.set(some_monday + days(30));
  EXPECT_GE(node.runtime->timers().run_due(), 3U);
  EXPECT_EQ(fired(node, "m-2"), 3U);
  // m-1's next clock started where its last threshold stands, not in the years that never were.
  EXPECT_EQ(fired(node, "m-1"), 6U);
  node.expect_sound();
  expect_ids_once(node);
}

TEST(Timers, ManyOverdueCasesLeaveCommandsTheirTurn) {
  NodeOptions options;
  options.timers.round_cases = 16;
  Node node(options);
  Answers answers;
  constexpr int cases = 400;
  for (std::uint64_t i = 0; i < cases; ++i) {
    ASSERT_TRUE(node.runtime->processor()
                    .submit(collect_matter("m-" + std::to_string(i)), i, answers)
                    .has_value());
  }
  answers.wait(cases);
  node.settle_down();
  node.ids.advance(days(30));
  std::uint64_t by_the_clock = 0;
  std::jthread clock([&] { by_the_clock = node.runtime->timers().run_due(); });
  for (int i = 0; i < 20; ++i) {
    outcome(node.give(by(Role::deputy, "m-0", events::Annotated{"my turn"})));
  }
  clock.join();
  node.settle_down();
  // A command fires its own case's thresholds first, where it comes before the clock.
  EXPECT_GE(by_the_clock, 3U * (cases - 1));
  EXPECT_LE(by_the_clock, 3U * cases);
  for (int i = 0; i < cases; ++i) EXPECT_EQ(fired(node, "m-" + std::to_string(i)), 3U);
  node.expect_sound();
  expect_ids_once(node);
}

TEST(Timers, AProvisionalMissWaitsAndStandsBeforeNobody) {
  NodeOptions options;
  options.timers.round_cases = 2;
  Node node(options);
  // A year without a calendar yet.
  const Instant later{std::chrono::sys_days{std::chrono::year{2030} / 3 / 4}};
  node.ids.set(later);
  for (int i = 0; i < 5; ++i) outcome(node.give(collect_matter("m-" + std::to_string(i))));
  node.settle_down();
  node.ids.advance(days(30));
  EXPECT_EQ(node.runtime->timers().run_due(), 5U);  // warned, each; not missed
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fired(node, "m-" + std::to_string(i)), 1U);
}

TEST(ImportedTimers, FireByTheDatasTimeAndThenAtTheSettlement) {
  Node node;
  ASSERT_TRUE(node.runtime->begin_import().has_value());
  const Instant opened{std::chrono::sys_days{std::chrono::year{2018} / 1 / 10}};
  for (const char* id : {"closed-in-time", "closed-late", "open"}) {
    outcome(node.give(collect_casework(id, opened)));
    events::HandedOff body;
    body.lead = "organ-1";
    outcome(node.give(by_importer(id, opened, body)));
  }
  outcome(node.give(by_importer("closed-in-time", opened + days(30), events::Closed{})));
  outcome(node.give(by_importer("closed-late", opened + days(200), events::Closed{})));
  node.settle_down();
  // The wall clock is years later, but the import may still go on.
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  EXPECT_EQ(fired(node, "closed-in-time"), 0U);
  EXPECT_EQ(fired(node, "closed-late"), 5U);
  EXPECT_EQ(fired(node, "open"), 0U);
  // Up to a day in between: two warnings are over by then.
  const auto half = node.runtime->settle_imports(opened + days(88));
  ASSERT_TRUE(half.has_value()) << half.error();
  EXPECT_EQ(*half, 2U);
  node.restart();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  const auto rest = node.runtime->settle_imports(std::nullopt);
  ASSERT_TRUE(rest.has_value()) << rest.error();
  EXPECT_EQ(*rest, 3U);
  EXPECT_EQ(fired(node, "open"), 5U);
  node.settle_down();
  node.expect_sound();
  expect_ids_once(node);
}

TEST(ImportedTimers, AfterTheSettlementTheWallClockLooksAfterThem) {
  Node node;
  ASSERT_TRUE(node.runtime->begin_import().has_value());
  outcome(node.give(collect_casework("open", some_monday - days(10))));
  events::HandedOff body;
  body.lead = "organ-1";
  outcome(node.give(by_importer("open", some_monday - days(10), body)));
  node.settle_down();
  ASSERT_EQ(node.runtime->settle_imports(std::nullopt), 0U);
  node.restart();
  node.ids.advance(days(200));
  EXPECT_EQ(node.runtime->timers().run_due(), 5U);
  // A later import takes them back.
  ASSERT_TRUE(node.runtime->begin_import().has_value());
  outcome(node.give(collect_casework("next", some_monday - days(10))));
  outcome(node.give(by_importer("next", some_monday - days(10), body)));
  node.settle_down();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
  node.restart();
  EXPECT_EQ(node.runtime->timers().run_due(), 0U);
}

}  // namespace
}  // namespace huiyin::test
