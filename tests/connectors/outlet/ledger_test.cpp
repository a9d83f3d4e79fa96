#include "ledger.hpp"

#include <gtest/gtest.h>

#include "support/temp_dir.hpp"

namespace huiyin::outlet {
namespace {

class LedgerTest : public testing::Test {
 protected:
  Ledger open() {
    auto ledger = Ledger::open(folder_.path() / "deep" / "12345.sqlite");
    EXPECT_TRUE(ledger) << ledger.error();
    return std::move(*ledger);
  }
  static Passed passed(const std::string& id, const std::string& case_id) {
    return {.id = id, .case_id = case_id, .at = events::Instant(std::chrono::seconds(1'000))};
  }
  static std::vector<std::string> ids(const Result<std::vector<Passed>>& found) {
    std::vector<std::string> out;
    for (const auto& one : *found) out.push_back(one.id);
    return out;
  }

  test::TempDir folder_;
};

using Ids = std::vector<std::string>;

TEST_F(LedgerTest, TakesAPageOnceAndKeepsItsOrder) {
  {
    Ledger ledger = open();
    EXPECT_EQ(ledger.meta("feed"), "");
    ASSERT_TRUE(ledger.take({passed("b", "case-1"), passed("a", "case-2")}, {}, "2.0"));
    ASSERT_TRUE(ledger.take({passed("a", "case-2"), passed("c", "case-3")}, {}, "3.0"));
  }
  Ledger ledger = open();
  EXPECT_EQ(ledger.meta("feed"), "3.0");
  EXPECT_EQ(ids(ledger.unsent()), (Ids{"b", "a", "c"}));
}

TEST_F(LedgerTest, WhatWasAnsweredIsNotSent) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.take({passed("a", "case-1"), passed("b", "case-1"), passed("c", "case-2")},
                          {{"case-1", "digest"}, {"elsewhere", "digest"}}, "1"));
  EXPECT_EQ(ids(ledger.unsent()), (Ids{"a", "c"}));  // the newest passing-on was answered
  EXPECT_EQ(ledger.has_answer(2, "digest"), true);
  EXPECT_EQ(ledger.has_answer(1, "digest"), false);
  EXPECT_EQ(ledger.has_answer(2, "another"), false);
}

TEST_F(LedgerTest, ABatchIsUnfinishedUntilItIsSaid) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.take({passed("a", "case-1"), passed("b", "case-2")}, {}, "1"));
  const auto first = ledger.of_case("case-1");
  ASSERT_TRUE(ledger.begin_batch("out.csv", {**first}));
  EXPECT_EQ(ids(ledger.unsent()), Ids{"b"});
  EXPECT_EQ(ledger.unfinished(), Ids{"out.csv"});
  EXPECT_EQ(ids(ledger.unsent("out.csv")), Ids{"a"});
  ASSERT_TRUE(ledger.finish_batch("out.csv"));
  EXPECT_EQ(ledger.unfinished(), Ids{});
}

TEST_F(LedgerTest, FindsByTheOutletsNumber) {
  Ledger ledger = open();
  ASSERT_TRUE(ledger.take({passed("a", "case-1")}, {}, "1"));
  EXPECT_FALSE(ledger.of_external("HN-1")->has_value());
  ASSERT_TRUE(ledger.sent(1, "HN-1"));
  EXPECT_EQ((*ledger.of_external("HN-1"))->case_id, "case-1");
  EXPECT_FALSE(ledger.of_external("")->has_value());
}

TEST_F(LedgerTest, OneProcessAtATime) {
  const Ledger ledger = open();
  const auto second = Ledger::open(folder_.path() / "deep" / "12345.sqlite");
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().find("another process"), std::string::npos);
}

TEST_F(LedgerTest, AFileThatIsNone) { EXPECT_FALSE(Ledger::open(folder_.path())); }

}  // namespace
}  // namespace huiyin::outlet
