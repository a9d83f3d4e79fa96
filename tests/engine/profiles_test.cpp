// The shipped profiles: due dates of each one's own numbers over holidays, by `decide`.
//
// The days were counted by hand and by a script of a few lines over config/calendars/cn.toml, not
// by the engine. What matters of the calendar:
//   2023  中秋、国庆 off 29 Sep – 6 Oct, worked 7 and 8 Oct
//   2024  春节 off 10 – 17 Feb, worked 4 and 18 Feb (both Sundays)
//         中秋 off 15 – 17 Sep, worked 14 Sep (a Saturday)
//         国庆 off 1 – 7 Oct, worked 29 Sep (a Sunday) and 12 Oct (a Saturday)
// A month or day deadline that ends in a holiday moves to the first worked day after it.
#include <map>

#include "engine/life.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono_literals;
using namespace events;
using testing::actor;
using testing::Life;
using testing::rating;
using testing::reply;
using testing::suggestion;

const Definitions& under(const std::string& profile) {
  static std::map<std::string, Definitions> loaded;
  const auto [found, fresh] = loaded.try_emplace(profile);
  if (fresh) found->second = testing::shipped_under(profile);
  return found->second;
}

// All of it on one day.
Life collected(const std::string& profile, Date day) {
  Life life(under(profile));
  EXPECT_EQ(life.on(day).give(actor(Role::deputy, "d1"), suggestion()), "collected");
  return life;
}

Life accepted(const std::string& profile, Date day) {
  Life life = collected(profile, day);
  for (const auto* gate : {"pre-review", "first-check", "second-check"})
    life.give(Role::reviewer, Review{gate, ReviewOutcome::passed, ""});
  EXPECT_EQ(life.give(Role::coordinator, Accepted{}), "accepted");
  return life;
}

Life handed_off(const std::string& profile, Date day) {
  Life life = accepted(profile, day);
  life.give(Role::coordinator, Analysed{.category = "water"});
  EXPECT_EQ(life.give(Role::coordinator, HandedOff{.lead = "water-bureau", .co = {"roads"}}),
            "handed-off");
  return life;
}

Life replied(const std::string& profile, Date day, const Replied& answer = reply("A")) {
  Life life = handed_off(profile, day);
  life.give(Role::organ, Signed{});
  EXPECT_EQ(life.give(Role::organ, answer), "replied");
  return life;
}

Life rated(const std::string& profile, Date day, Satisfaction result) {
  Life life = replied(profile, day);
  life.give(actor(Role::deputy, "d1"), rating("d1", result));
  EXPECT_EQ(life.give(actor(Role::deputy, "d2"), rating("d2", result)), "rated");
  return life;
}

// Dissatisfied and handled again, `rungs` times, each step on that day.
Life rehandled(const std::string& profile, Date day, int rungs) {
  Life life = rated(profile, day, Satisfaction::dissatisfied);
  for (int rung = 1;; ++rung) {
    EXPECT_EQ(life.give(Role::coordinator, RehandlingOrdered{.reason = "still wet"}),
              "re-handling");
    if (rung == rungs) return life;
    life.give(Role::organ, reply("A"));
    life.give(actor(Role::deputy, "d1"), rating("d1", Satisfaction::dissatisfied));
    life.give(actor(Role::deputy, "d2"), rating("d2", Satisfaction::dissatisfied));
  }
}

std::string closed_without_publication(const std::string& profile) {
  return rated(profile, 2024y / 3 / 4, Satisfaction::satisfied).give(Role::coordinator, Closed{});
}

std::string relayed_by_the_lead(const std::string& profile) {
  Life life = handed_off(profile, 2024y / 3 / 4);
  Replied answer = reply("A");
  answer.to = ReplyTo::lead_relays;
  return life.give(Role::organ, answer);
}

Withdrawn in_writing(const std::string& deputy) {
  return {.deputy = deputy, .in_writing = true, .reason = "done"};
}

std::string withdrawn_after_the_hand_off(const std::string& profile) {
  Life life = handed_off(profile, 2024y / 3 / 4);
  life.give(actor(Role::deputy, "d1"), in_writing("d1"));
  return life.give(actor(Role::deputy, "d2"), in_writing("d2"));
}

// --- Choice
// ----------------------------------------------------------------------------------------

TEST(Profiles, AreHunanAndSevenOverlays) {
  std::string names;
  for (const auto& definition : under("").all()) names += definition->id() + " ";
  EXPECT_EQ(names,
            "beijing/suggestion@1 casework@1 chongqing/suggestion@1 henan/suggestion@1 matter@1 "
            "motion@1 qingdao/suggestion@1 shandong/suggestion@1 shanghai/suggestion@1 "
            "suggestion@1 zhejiang/suggestion@1 ");
}

TEST(Profiles, ChooseForNewCasesAlone) {
  EXPECT_EQ(collected("", 2024y / 3 / 4).state.process, "suggestion@1");
  EXPECT_EQ(collected("hunan", 2024y / 3 / 4).state.process, "suggestion@1");
  EXPECT_EQ(collected("zhejiang", 2024y / 3 / 4).state.process, "zhejiang/suggestion@1");
  // Without an overlay of its own a kind follows the default.
  Collected matter;
  matter.kind = Kind::matter;
  matter.title = "The drain overflows";
  Life life(under("zhejiang"));
  life.give(Role::citizen, matter);
  EXPECT_EQ(life.state.process, "matter@1");
}

TEST(Profiles, ANameMeansTheProfilesOwn) {
  EXPECT_EQ(under("zhejiang").meant_by("suggestion"), "zhejiang/suggestion");
  EXPECT_EQ(under("zhejiang").meant_by("henan/suggestion"), "henan/suggestion");
  EXPECT_EQ(under("zhejiang").meant_by("casework"), "casework");
  EXPECT_EQ(under("").meant_by("suggestion"), "suggestion");
}

// A deployment that changes its profile goes on with the cases it has by the rules they began
// under.
TEST(Profiles, APinOutlivesAChangeOfProfile) {
  for (const auto& [before, after, due] :
       {std::tuple{"", "zhejiang", Date{2024y / 2 / 20}},          // 10 working days
        std::tuple{"zhejiang", "henan", Date{2024y / 2 / 18}}}) {  // 10 days
    Life begun = accepted(before, 2024y / 1 / 31);
    Life goes_on(under(after));
    goes_on.state = begun.state;
    goes_on.on(2024y / 2 / 1).give(Role::coordinator, Analysed{.category = "water"});
    EXPECT_EQ(goes_on.give(Role::coordinator, HandedOff{.lead = "water-bureau"}), "handed-off");
    EXPECT_EQ(goes_on.state.process, begun.state.process);
    EXPECT_EQ(goes_on.due("return-window"), due) << begun.state.process;
  }
}

TEST(Profiles, ACaseMayMigrateToAnotherProfileOfItsProcess) {
  Life life = accepted("zhejiang", 2024y / 3 / 4);
  EXPECT_EQ(life.give(Role::admin, Migrated{.to = "suggestion@1", .reason = "moved"}), "accepted");
  EXPECT_EQ(life.state.process, "suggestion@1");
  EXPECT_EQ(life.give(Role::admin, Migrated{.to = "henan/suggestion@1", .reason = "moved"}),
            "accepted");
  EXPECT_EQ(life.state.process, "henan/suggestion@1");
  EXPECT_TRUE(life.give(Role::admin, Migrated{.to = "motion@1", .reason = "moved"})
                  .starts_with("refused: migrate"));
}

TEST(Profiles, ClocksThatTheOtherProfileDoesNotKnowEndWithAMigration) {
  Life life = replied("chongqing", 2024y / 3 / 4, reply("B", Date{2025y / 6 / 30}));
  EXPECT_TRUE(life.due("promise-report").has_value());
  EXPECT_EQ(life.give(Role::admin, Migrated{.to = "suggestion@1", .reason = "moved"}), "replied");
  EXPECT_FALSE(life.due("promise-report").has_value());
  EXPECT_EQ(life.due("commitment"), Date{2025y / 6 / 30});
}

TEST(Profiles, TheHashIsOfBothFiles) {
  const auto& all = under("");
  EXPECT_EQ(all.find("zhejiang/suggestion@1")->hash.size(), 32U);
  EXPECT_NE(all.find("zhejiang/suggestion@1")->hash, all.find("henan/suggestion@1")->hash);
  EXPECT_NE(all.find("zhejiang/suggestion@1")->hash, all.find("suggestion@1")->hash);
}

// --- 浙江
// ------------------------------------------------------------------------------------------

TEST(Zhejiang, CountsDaysAndMonthsOverHolidays) {
  // 7 days from 5 Feb end on 12 Feb. The default's 7 working days: 6 – 9, 18 – 20.
  EXPECT_EQ(collected("zhejiang", 2024y / 2 / 5).due("accept"), Date{2024y / 2 / 18});
  EXPECT_EQ(collected("", 2024y / 2 / 5).due("accept"), Date{2024y / 2 / 20});
  // 10 days from 31 Jan end on 10 Feb, from 25 Sep on 5 Oct.
  EXPECT_EQ(handed_off("zhejiang", 2024y / 1 / 31).due("return-window"), Date{2024y / 2 / 18});
  EXPECT_EQ(handed_off("zhejiang", 2024y / 9 / 25).due("return-window"), Date{2024y / 10 / 8});
  // 2 months from 5 Aug end on 5 Oct, from 11 Dec on 11 Feb.
  EXPECT_EQ(handed_off("zhejiang", 2024y / 8 / 5).due("opinion"), Date{2024y / 10 / 8});
  EXPECT_EQ(handed_off("zhejiang", 2023y / 12 / 11).due("opinion"), Date{2024y / 2 / 18});
  // The law's three months, from 1 July.
  EXPECT_EQ(handed_off("zhejiang", 2024y / 7 / 1).due("reply"), Date{2024y / 10 / 8});
}

TEST(Zhejiang, RepliesToEachDeputy) {
  EXPECT_TRUE(relayed_by_the_lead("zhejiang").starts_with("refused: reply_to"));
  EXPECT_EQ(relayed_by_the_lead(""), "replied");
}

// --- 重庆
// ------------------------------------------------------------------------------------------

TEST(Chongqing, CountsWorkingDaysOverSpringFestival) {
  const Life life = handed_off("chongqing", 2024y / 2 / 5);
  // 6, 7, 8, 9 Feb, then Sunday the 18th, 19 – 23.
  EXPECT_EQ(life.due("return-window"), Date{2024y / 2 / 23});
  EXPECT_EQ(handed_off("chongqing", 2024y / 1 / 29).due("contact"), Date{2024y / 2 / 29});
  // 30 working days over 清明, 劳动节 and their make-up days.
  EXPECT_EQ(handed_off("chongqing", 2024y / 4 / 3).due("opinion"), Date{2024y / 5 / 17});
  // 20 working days from Friday 20 Sep: 29 Sep and 12 Oct are worked, the week of 国庆 is not.
  EXPECT_EQ(replied("chongqing", 2024y / 9 / 20).due("rating"), Date{2024y / 10 / 23});
  EXPECT_FALSE(under("chongqing").find("chongqing/suggestion@1")->policy.none_counts);
}

TEST(Chongqing, HandlesAgainInTwoMonthsOnTwoRungs) {
  // 2 months from 2 Aug end on 2 Oct.
  EXPECT_EQ(rehandled("chongqing", 2024y / 8 / 2, 1).due("rehandle"), Date{2024y / 10 / 8});
  Life second = rehandled("chongqing", 2024y / 8 / 2, 2);
  EXPECT_EQ(second.due("rehandle"), Date{2024y / 10 / 8});
  second.give(Role::organ, reply("A"));
  second.give(actor(Role::deputy, "d1"), rating("d1", Satisfaction::dissatisfied));
  second.give(actor(Role::deputy, "d2"), rating("d2", Satisfaction::dissatisfied));
  EXPECT_TRUE(second.give(Role::coordinator, RehandlingOrdered{.reason = "still wet"})
                  .starts_with("refused: lane"));
}

TEST(Chongqing, APromiseIsReportedAtEachYearsEnd) {
  const Replied promise = reply("B", Date{2026y / 6 / 30});
  // In the year that it was made in, unless that is in the last quarter already.
  EXPECT_EQ(replied("chongqing", 2024y / 5 / 10, promise).due("promise-report"),
            Date{2024y / 12 / 31});
  EXPECT_EQ(replied("chongqing", 2024y / 9 / 30, promise).due("promise-report"),
            Date{2024y / 12 / 31});
  Life life = replied("chongqing", 2024y / 11 / 11, promise);
  EXPECT_EQ(life.due("promise-report"), Date{2025y / 12 / 31});
  // A report in the last quarter is that year's; the next is owed in the next year.
  const Revisited report{.class_code = "B", .reason = "half", .commitment = Date{2026y / 6 / 30}};
  EXPECT_EQ(life.on(2025y / 10 / 9).give(Role::coordinator, report), "replied");
  EXPECT_EQ(life.due("promise-report"), Date{2026y / 12 / 31});
  EXPECT_EQ(life.due("commitment"), Date{2026y / 6 / 30});
  life.on(2026y / 3 / 2).give(Role::coordinator, Revisited{.class_code = "A", .evidence = "seen"});
  EXPECT_FALSE(life.due("promise-report").has_value());
}

TEST(Chongqing, WhatPromisesNothingIsNotReported) {
  EXPECT_FALSE(replied("chongqing", 2024y / 5 / 10).due("promise-report").has_value());
}

// S4-20
TEST(Chongqing, ClosesWithADecisionToPublish) {
  EXPECT_TRUE(
      closed_without_publication("chongqing").starts_with("refused: chongqing/suggestion@1: "));
  EXPECT_EQ(closed_without_publication(""), "closed");
  Life life = rated("chongqing", 2024y / 3 / 4, Satisfaction::satisfied);
  EXPECT_EQ(life.give(Role::coordinator, Published{.withheld = "trade-secret"}), "published");
  EXPECT_EQ(life.give(Role::coordinator, Closed{}), "closed");
}

// --- 河南
// ------------------------------------------------------------------------------------------

TEST(Henan, CountsItsOwnOverHolidays) {
  EXPECT_EQ(handed_off("henan", 2024y / 2 / 5).due("return-window"), Date{2024y / 2 / 23});
  // 2 months from 12 Dec end on 12 Feb.
  EXPECT_EQ(handed_off("henan", 2023y / 12 / 12).due("opinion"), Date{2024y / 2 / 18});
  // 10 working days: from Friday 27 Sep the 29th, 30th, then 8 – 12 Oct and 14 – 16 Oct; from 7 Feb
  // the 8th, 9th, then 18 – 23 and 26, 27 Feb.
  EXPECT_EQ(replied("henan", 2024y / 9 / 27).due("rating"), Date{2024y / 10 / 16});
  EXPECT_EQ(replied("henan", 2024y / 2 / 7).due("rating"), Date{2024y / 2 / 27});
  EXPECT_EQ(replied("", 2024y / 2 / 7).due("rating"), Date{2024y / 3 / 12});
}

TEST(Henan, ExpertsEvaluateAfterAMonth) {
  Life life = rehandled("henan", 2024y / 9 / 2, 2);
  EXPECT_EQ(life.due("rehandle"), Date{2024y / 10 / 8});
  EXPECT_EQ(under("henan").find("henan/suggestion@1")->policy.ladder.back().form,
            "expert-evaluation");
  EXPECT_TRUE(relayed_by_the_lead("henan").starts_with("refused: reply_to"));
}

// --- 山东
// ------------------------------------------------------------------------------------------

TEST(Shandong, CountsDaysOverHolidays) {
  // 5 days from 6 Feb end on 11 Feb, from 27 Sep on 2 Oct.
  EXPECT_EQ(accepted("shandong", 2024y / 2 / 6).due("hand-off"), Date{2024y / 2 / 18});
  EXPECT_EQ(handed_off("shandong", 2024y / 9 / 27).due("return-window"), Date{2024y / 10 / 8});
  // A month from 12 Jan ends on 12 Feb, from 4 Sep on 4 Oct.
  EXPECT_EQ(handed_off("shandong", 2024y / 1 / 12).due("opinion"), Date{2024y / 2 / 18});
  EXPECT_EQ(handed_off("shandong", 2024y / 9 / 4).due("opinion"), Date{2024y / 10 / 8});
}

TEST(Shandong, TheLeadMayRelayAndItIsPublished) {
  EXPECT_EQ(relayed_by_the_lead("shandong"), "replied");
  EXPECT_TRUE(
      closed_without_publication("shandong").starts_with("refused: shandong/suggestion@1: "));
  EXPECT_EQ(withdrawn_after_the_hand_off("shandong"), "withdrawn");
}

// --- 青岛
// ------------------------------------------------------------------------------------------

TEST(Qingdao, CountsWorkingDaysOverHolidays) {
  // From 8 Feb: the 9th, Sunday the 18th, 19, 20, 21. From Sunday 29 Sep, which is worked: the
  // 30th, 8, 9, 10, 11 Oct.
  EXPECT_EQ(accepted("qingdao", 2024y / 2 / 8).due("hand-off"), Date{2024y / 2 / 21});
  EXPECT_EQ(handed_off("qingdao", 2024y / 9 / 29).due("return-window"), Date{2024y / 10 / 11});
  // A month from 14 Aug ends on Saturday 14 Sep, which is worked.
  EXPECT_EQ(handed_off("qingdao", 2024y / 8 / 14).due("opinion"), Date{2024y / 9 / 14});
}

TEST(Qingdao, TheLeadRelaysAndItIsPublished) {
  EXPECT_EQ(relayed_by_the_lead("qingdao"), "replied");
  EXPECT_TRUE(closed_without_publication("qingdao").starts_with("refused: qingdao/suggestion@1: "));
}

// --- 北京
// ------------------------------------------------------------------------------------------

TEST(Beijing, CountsItsOwnOverHolidays) {
  // 15 working days from Friday 2 Feb: the 4th, 5 – 9, 18 – 23, 26 – 28. From 23 Sep: 24 – 27, 29,
  // 30, 8 – 12 Oct, 14 – 17.
  EXPECT_EQ(replied("beijing", 2024y / 2 / 2).due("rating"), Date{2024y / 2 / 28});
  EXPECT_EQ(replied("beijing", 2024y / 9 / 23).due("rating"), Date{2024y / 10 / 17});
  // 2 months from 5 Aug end on 5 Oct.
  EXPECT_EQ(rehandled("beijing", 2024y / 8 / 5, 1).due("rehandle"), Date{2024y / 10 / 8});
}

TEST(Beijing, WithdrawalEndsWithTheHandOff) {
  EXPECT_TRUE(
      withdrawn_after_the_hand_off("beijing").starts_with("refused: beijing/suggestion@1: "));
  EXPECT_EQ(withdrawn_after_the_hand_off(""), "withdrawn");
  Life life = accepted("beijing", 2024y / 3 / 4);
  life.give(actor(Role::deputy, "d1"), in_writing("d1"));
  EXPECT_EQ(life.give(actor(Role::deputy, "d2"), in_writing("d2")), "withdrawn");
  EXPECT_TRUE(closed_without_publication("beijing").starts_with("refused: beijing/suggestion@1: "));
}

// --- 上海
// ------------------------------------------------------------------------------------------

TEST(Shanghai, CountsWorkingDaysOverHolidays) {
  // From 28 Sep 2023: Saturday and Sunday 7 and 8 Oct are worked, then 9 – 13.
  EXPECT_EQ(handed_off("shanghai", 2023y / 9 / 28).due("return-window"), Date{2023y / 10 / 13});
  // From 7 Feb: 8, 9, 18 – 22.
  EXPECT_EQ(accepted("shanghai", 2024y / 2 / 7).due("hand-off"), Date{2024y / 2 / 22});
  // A month from 3 Sep ends on 3 Oct.
  EXPECT_EQ(handed_off("shanghai", 2024y / 9 / 3).due("opinion"), Date{2024y / 10 / 8});
}

TEST(Shanghai, ThreeMonthsMoreWithConsent) {
  Life life = handed_off("shanghai", 2023y / 11 / 10);
  EXPECT_EQ(life.due("reply"), Date{2024y / 2 / 18});
  life.give(Role::organ, ExtensionRequested{.reason = "two seasons"});
  life.give(Role::coordinator, ExtensionDecided{.granted = true});
  EXPECT_EQ(life.due("reply"), Date{2024y / 5 / 10});
}

TEST(Shanghai, OnlyTheDeputyWorkOrganOrdersReHandling) {
  Life life = rated("shanghai", 2024y / 3 / 4, Satisfaction::dissatisfied);
  const RehandlingOrdered order{.reason = "still wet"};
  EXPECT_TRUE(life.give(Role::supervisor, order).starts_with("refused: role"));
  EXPECT_EQ(life.give(Role::coordinator, order), "re-handling");
  EXPECT_TRUE(relayed_by_the_lead("shanghai").starts_with("refused: reply_to"));
}

}  // namespace
}  // namespace huiyin::engine
