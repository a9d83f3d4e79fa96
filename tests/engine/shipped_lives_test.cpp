// Whole lives of cases under the shipped definitions: the stages they pass, and what runs
// meanwhile.
#include "engine/life.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono_literals;
using namespace events;
using testing::actor;
using testing::rating;
using testing::reply;
using testing::suggestion;

const Definitions& shipped() {
  static const Definitions definitions = testing::shipped_under("");
  return definitions;
}

struct Life : testing::Life {
  Life() : testing::Life(shipped()) {}
};

Collected matter() {
  Collected body;
  body.kind = Kind::matter;
  body.title = "The drain overflows";
  body.petitioner = Petitioner{.anonymous = false, .person = "p1"};
  return body;
}

// Up to the organ's signature.
void sign(Life& life) {
  EXPECT_EQ(life.give(actor(Role::deputy, "d1"), suggestion()), "collected");
  EXPECT_EQ(life.give(Role::reviewer, Review{"pre-review", ReviewOutcome::passed, ""}),
            "collected");
  EXPECT_EQ(life.give(Role::reviewer, Review{"first-check", ReviewOutcome::sent_back, "which?"}),
            "collected");
  EXPECT_EQ(life.give(actor(Role::deputy, "d1"), Revised{.body = "That at the east gate."}),
            "collected");
  for (const auto* gate : {"pre-review", "first-check"}) {
    EXPECT_EQ(life.give(Role::reviewer, Review{gate, ReviewOutcome::passed, ""}), "collected");
  }
  EXPECT_EQ(life.give(Role::reviewer, Review{"second-check", ReviewOutcome::passed, ""}),
            "reviewed");
  EXPECT_EQ(life.running(), "accept");
  EXPECT_EQ(life.give(Role::coordinator, Accepted{}), "accepted");
  EXPECT_EQ(life.running(), "hand-off");
  EXPECT_EQ(life.give(Role::coordinator, Analysed{.category = "water"}), "analysed");
  EXPECT_EQ(life.give(Role::coordinator, HandedOff{.lead = "water-bureau", .co = {"roads"}}),
            "handed-off");
  EXPECT_EQ(life.running(), "contact opinion reply return-window return-window sign sign");
  EXPECT_EQ(life.give(Role::organ, Signed{}), "handed-off");
  EXPECT_EQ(life.give({"clerk", Role::organ, "roads", "", ""}, Signed{}), "signed");
  EXPECT_EQ(life.running(), "contact opinion reply return-window return-window");
}

// S2-8, with the gates of S3-25 on the way.
TEST(SuggestionLife, FromTheDeputyToTheArchive) {
  Life life;
  sign(life);
  EXPECT_EQ(life.give(Role::organ, Contacted{.deputies = {"d1"}, .how = "visit"}), "signed");
  EXPECT_EQ(life.give({"clerk", Role::organ, "roads", "", ""}, OpinionGiven{.text = "agreed"}),
            "signed");
  EXPECT_EQ(life.give(Role::organ, reply("A")), "replied");
  EXPECT_EQ(life.running(), "rating rating return-window");
  EXPECT_EQ(life.give(actor(Role::deputy, "d1"), rating("d1", Satisfaction::satisfied)), "replied");
  EXPECT_EQ(life.give(actor(Role::deputy, "d2"), rating("d2", Satisfaction::basically)), "rated");
  EXPECT_EQ(life.running(), "conclude publish return-window");
  EXPECT_EQ(life.give(Role::coordinator, Published{.where = "platform"}), "published");
  EXPECT_EQ(life.give(Role::coordinator, Closed{}), "closed");
  EXPECT_EQ(life.running(), "");
  EXPECT_EQ(life.give(Role::coordinator, Archived{}), "archived");
  EXPECT_TRUE(life.state.ended);
}

// S3-34
TEST(SuggestionLife, DissatisfiedIsHandledAgainOnTheNextRung) {
  Life life;
  sign(life);
  life.give(Role::organ, reply("C"));
  life.give(actor(Role::deputy, "d2"), rating("d2", Satisfaction::dissatisfied));
  EXPECT_EQ(life.give(actor(Role::deputy, "d1"), rating("d1", Satisfaction::satisfied)), "rated");
  EXPECT_TRUE(life.give(Role::coordinator, Closed{}).starts_with("refused: S3-34"));
  EXPECT_EQ(life.give(Role::coordinator, RehandlingOrdered{.reason = "still wet"}), "re-handling");
  EXPECT_EQ(life.due("rehandle"), Date{2024y / 4 / 7});
  EXPECT_EQ(life.give(Role::organ, reply("A")), "replied");
  life.give(actor(Role::deputy, "d1"), rating("d1", Satisfaction::satisfied));
  EXPECT_EQ(life.give(actor(Role::deputy, "d2"), rating("d2", Satisfaction::satisfied)), "rated");
  EXPECT_EQ(life.give(Role::coordinator, Closed{}), "closed");
  EXPECT_EQ(life.give(Role::leader, Reopened{.reason = "it leaks again"}), "rated");
  EXPECT_EQ(life.running(), "conclude");
}

// S3-31
TEST(SuggestionLife, ACommitmentOutlivesTheEndAndHoldsTheArchive) {
  Life life;
  sign(life);
  EXPECT_EQ(life.give(Role::organ, reply("B", Date{2025y / 6 / 30})), "replied");
  life.give(actor(Role::deputy, "d1"), rating("d1", Satisfaction::satisfied));
  life.give(actor(Role::deputy, "d2"), rating("d2", Satisfaction::satisfied));
  EXPECT_EQ(life.give(Role::coordinator, Closed{}), "closed");
  EXPECT_EQ(life.running(), "commitment");
  EXPECT_TRUE(life.give(Role::coordinator, Archived{}).starts_with("refused: no-open-commitment"));
  EXPECT_EQ(life.give(Role::coordinator, Revisited{.class_code = "A", .evidence = "seen"}),
            "closed");
  EXPECT_EQ(life.running(), "");
  EXPECT_EQ(life.give(Role::coordinator, Archived{}), "archived");
}

// S3-33
TEST(SuggestionLife, AReclassificationSaysWhy) {
  Life life;
  sign(life);
  life.give(Role::organ, reply("B", Date{2025y / 6 / 30}));
  EXPECT_TRUE(
      life.give(Role::coordinator, Revisited{.class_code = "A"}).starts_with("refused: S3-33"));
  EXPECT_TRUE(
      life.give(Role::coordinator, Revisited{.class_code = "C"}).starts_with("refused: S3-33"));
  EXPECT_EQ(life.give(Role::coordinator, Revisited{.class_code = "C", .reason = "new policy"}),
            "replied");
  EXPECT_EQ(life.state.lanes.front().first_class, "B");
}

TEST(SuggestionLife, AReturnedLaneIsReassigned) {
  Life life;
  sign(life);
  EXPECT_EQ(life.give(Role::organ, ReturnRequested{.reason = "not ours"}), "signed");
  EXPECT_EQ(life.give(Role::dispatcher, ReturnDecided{.granted = true}), "signed");
  EXPECT_EQ(life.running(), "opinion reassign return-window");
  EXPECT_EQ(life.give(Role::dispatcher, Reassigned{.lane = 1, .organ = "parks"}), "signed");
  EXPECT_EQ(life.running(), "contact opinion reply return-window return-window sign");
  const Actor parks{"clerk", Role::organ, "parks", "", ""};
  EXPECT_EQ(life.give(parks, Signed{}), "signed");
  EXPECT_EQ(life.give(parks, reply("A")), "replied");
}

TEST(SuggestionLife, AnExtensionDoublesTheTime) {
  Life life;
  sign(life);
  EXPECT_EQ(life.give(Role::organ, ExtensionRequested{.reason = "two seasons"}), "signed");
  EXPECT_EQ(life.give(Role::coordinator, ExtensionDecided{.granted = true}), "signed");
  EXPECT_EQ(life.due("reply"), Date{2024y / 9 / 4});
}

// S0-15, S0-31
TEST(MatterLife, HandedOffRepliedAndFedBackLast) {
  Life life;
  EXPECT_EQ(life.give(Role::citizen, matter()), "collected");
  EXPECT_EQ(life.running(), "intake");
  EXPECT_EQ(life.give(Role::officer, Accepted{}), "accepted");
  EXPECT_EQ(life.give(Role::officer, Analysed{.category = "water"}), "analysed");
  EXPECT_EQ(life.give(Role::officer, HandedOff{.lead = "water-bureau"}), "handed-off");
  EXPECT_EQ(life.give(Role::organ, Signed{}), "signed");
  EXPECT_EQ(life.give(Role::organ, reply("A")), "replied");
  EXPECT_EQ(life.running(), "feed-back");
  EXPECT_TRUE(life.give(Role::officer, Closed{}).starts_with("refused: S0-31"));
  EXPECT_EQ(life.give(Role::officer, FedBack{{"visit", "repaired"}}), "fed-back");
  EXPECT_EQ(life.give(Role::officer, Published{.where = "board"}), "published");
  EXPECT_EQ(life.give(Role::officer, Closed{}), "closed");
}

// S0-29, S4-18
TEST(MatterLife, PassedOnAndAnswered) {
  Life life;
  life.give(Role::citizen, matter());
  life.give(Role::officer, Accepted{});
  EXPECT_EQ(life.give(Role::officer, PassedOn{.outlet = Outlet::hotline_12345, .in_scope = true}),
            "passed-on");
  EXPECT_EQ(life.running(), "outlet");
  EXPECT_EQ(life.give(Role::officer, OutletAnswered{OutletResult::done, "repaired", ""}),
            "replied");
  EXPECT_EQ(life.give(Role::officer, FedBack{{"phone", "repaired"}}), "fed-back");
}

// S4-15, S4-16, S0-27
TEST(MatterLife, EndsAtTheStation) {
  Life answered;
  answered.give(actor(Role::deputy, "d1"), matter());
  EXPECT_EQ(answered.give(actor(Role::deputy, "d1"), AnsweredOnSpot{"It opens at nine.", "told"}),
            "answered");
  EXPECT_EQ(answered.running(), "");

  Life redirected;
  redirected.give(actor(Role::deputy, "d1"), matter());
  EXPECT_EQ(redirected.give(actor(Role::deputy, "d1"),
                            Redirected{"pending-case", "The court decides.", "court", "told"}),
            "redirected");

  Life solved;
  solved.give(actor(Role::deputy, "d1"), matter());
  EXPECT_EQ(solved.give(actor(Role::deputy, "d1"), DeedRecorded{.text = "lent a pump"}),
            "collected");
  EXPECT_EQ(solved.give(actor(Role::deputy, "d1"),
                        DeedRecorded{.text = "paid the pipe", .solved = true, .how = "visit"}),
            "answered");
}

// S3-22
TEST(MotionLife, ToACommitteeAndBack) {
  Life life;
  Collected motion = suggestion();
  motion.kind = Kind::motion;
  EXPECT_EQ(life.give(actor(Role::deputy, "d1"), motion), "collected");
  EXPECT_EQ(life.give(Role::coordinator, Accepted{}), "accepted");
  EXPECT_EQ(life.give(Role::coordinator, Analysed{.category = "water"}), "analysed");
  EXPECT_EQ(life.give(Role::coordinator, HandedOff{.lead = "water-bureau"}), "handed-off");
  EXPECT_EQ(life.give(Role::organ, Signed{}), "signed");
  EXPECT_EQ(life.give(Role::organ, reply("adopted")), "replied");
  EXPECT_EQ(life.give(Role::coordinator, Published{.where = "gazette"}), "published");
  EXPECT_EQ(life.give(Role::coordinator, Closed{}), "closed");
}

}  // namespace
}  // namespace huiyin::engine
