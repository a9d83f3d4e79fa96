// Steps that touch two cases, with a crash between every two appends of them.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "engine/runtime/node.hpp"

namespace huiyin::test {
namespace {

using engine::Role;
using namespace std::chrono_literals;

std::size_t count(const std::vector<std::string>& history, std::string_view event) {
  return static_cast<std::size_t>(std::ranges::count_if(
      history, [&](const std::string& line) { return line.ends_with(event); }));
}

engine::Command convert(const std::string& from, const std::string& into) {
  events::Converted body;
  body.into = into;
  body.draft.emplace();
  body.draft->kind = events::Kind::suggestion;
  body.draft->title = "关于整治升平路排水管网的建议";
  body.draft->congress = "431002-6";
  body.draft->deputies = {{"deputy-1", events::Part::lead, "431002-6", ""}};
  return by(Role::deputy, from, std::move(body));
}

engine::Command withdraw(const std::string& id) {
  events::Withdrawn body;
  body.deputy = "deputy-1";
  body.in_writing = true;
  return by(Role::deputy, id, std::move(body));
}

engine::Command merge(const std::string& from, const std::string& into) {
  events::Merged body;
  body.into = into;
  return by(Role::officer, from, std::move(body));
}

void accept(Node& node, const std::string& id) {
  outcome(node.give(by(Role::officer, id, events::Accepted{})));
}

// A conversion that succeeds, one into a case that exists, a merge, an unmerge, a merge into
// nobody, and a target that fails.
void live(Node& node) {
  for (const char* id : {"m-1", "m-2", "m-3", "m-4", "m-5"}) outcome(node.give(collect_matter(id)));
  for (const char* id : {"m-3", "m-4", "m-5"}) accept(node, id);
  outcome(node.give(convert("m-1", "s-1")));
  node.settle_down();
  outcome(node.give(convert("m-2", "s-1")));  // exists: refused, m-2 returns
  node.settle_down();
  outcome(node.give(merge("m-3", "m-5")));
  node.settle_down();
  outcome(node.give(by(Role::officer, "m-3", events::Unmerged{.reason = "not the same"})));
  node.settle_down();
  outcome(node.give(merge("m-4", "nobody")));  // refused
  node.settle_down();
  outcome(node.give(withdraw("s-1")));  // relayed to m-1
  node.settle_down();
}

void expect_end(Node& node) {
  for (const char* id : {"m-1", "m-2", "m-3", "m-4", "m-5", "s-1"}) {
    EXPECT_TRUE(node.state(id).outbox.empty()) << id;
  }
  EXPECT_EQ(node.runtime->follow_ups().stuck(), 0U);
}

TEST(FollowUps, AreCarriedOutAndSettled) {
  Node node;
  live(node);
  expect_end(node);
  EXPECT_EQ(node.state("m-1").stage, "analysed");  // its target failed
  EXPECT_EQ(count(node.history("m-1"), " settled"), 2U);
  EXPECT_EQ(node.state("s-1").stage, "withdrawn");
  EXPECT_EQ(node.state("m-2").stage, "collected");
  EXPECT_EQ(node.state("m-3").stage, "accepted");
  EXPECT_TRUE(node.state("m-5").sources.empty());
  EXPECT_EQ(count(node.history("m-5"), " merged"), 1U);
  EXPECT_EQ(count(node.history("m-5"), " unmerged"), 1U);
  EXPECT_EQ(node.state("m-4").stage, "accepted");
  node.expect_sound();
}

TEST(FollowUps, SettleOnceWhereverTheCrashIs) {
  Node whole;
  live(whole);
  const auto appends = whole.log->appends();
  ASSERT_GE(appends.size(), 20U);
  for (std::size_t kept = 1; kept <= appends.size(); ++kept) {
    SCOPED_TRACE("crash after append " + std::to_string(kept));
    Node node({.start = false});
    {
      auto log =
          local_log::LocalLog::open(node.directory.path() / "log", local_log::OpenMode::create,
                                    {.partitions = node.options.partitions});
      ASSERT_TRUE(log.has_value());
      for (std::size_t i = 0; i < kept; ++i) ASSERT_TRUE((*log)->append(appends[i]).has_value());
    }
    node.start();
    node.settle_down();
    for (const char* id : {"m-1", "m-2", "m-3", "m-4", "m-5", "s-1"}) {
      const auto state = node.state(id);
      EXPECT_TRUE(state.outbox.empty()) << id;
      const auto history = node.history(id);
      // Each follow-up that this case asked for was settled once, and nobody settled another.
      EXPECT_LE(count(history, " settled"), count(whole.history(id), " settled")) << id;
      EXPECT_LE(history.size(), whole.history(id).size()) << id;
      if (kept == appends.size()) EXPECT_EQ(history, whole.history(id)) << id;
    }
    const auto asker = node.state("m-1");
    if (asker.stage == "converted") {
      EXPECT_TRUE(asker.target && asker.target->confirmed);
      EXPECT_EQ(node.state("s-1").sources.size(), 1U);
    }
    // And once more from the start: nothing is left to do.
    const auto before = node.real_log->end(0) + node.real_log->end(1) + node.real_log->end(2);
    node.restart();
    node.settle_down();
    EXPECT_EQ(node.real_log->end(0) + node.real_log->end(1) + node.real_log->end(2), before);
    expect_end(node);
    if (kept % 5 == 0) node.expect_sound();
  }
}

TEST(FollowUps, AreSentAgainWhenTheLogCouldNotTakeThem) {
  Node node;
  outcome(node.give(collect_matter("m-1")));
  node.log->hold(true);
  Answers answers;
  ASSERT_TRUE(node.runtime->processor().submit(convert("m-1", "s-1"), 0, answers).has_value());
  node.log->wait_for_append();
  node.log->hold(false);
  answers.wait(1);
  node.log->fail(FaultyLog::Fault::full);
  std::this_thread::sleep_for(50ms);
  node.log->fail(FaultyLog::Fault::none);
  for (int i = 0; i < 200 && !node.runtime->follow_ups().idle(); ++i) {
    node.runtime->processor().wait_for_views(std::chrono::steady_clock::now() + 1s);
    if (node.runtime->follow_ups().owes_resend()) node.runtime->resend_follow_ups();
    std::this_thread::sleep_for(5ms);
  }
  node.settle_down();
  EXPECT_TRUE(node.state("m-1").target->confirmed);
  EXPECT_EQ(count(node.history("m-1"), " settled"), 1U);
  node.expect_sound();
}

}  // namespace
}  // namespace huiyin::test
