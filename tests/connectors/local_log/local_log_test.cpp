// Opening, refusing to open, copies and figures.
#include "log_support.hpp"

namespace huiyin::local_log {
namespace {

using conformance::expect_up_to;
using conformance::records;
using events::LogErrorCode;

class LocalLogTest : public testing::Test {
 protected:
  fs::path path() const { return directory_.path() / "log"; }
  void expect_refused(OpenMode mode, const OpenOptions& options, LogErrorCode code,
                      const std::string& word) {
    const auto log = LocalLog::open(path(), mode, options);
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code, code) << log.error().detail;
    EXPECT_NE(log.error().detail.find(word), std::string::npos) << log.error().detail;
  }
  TemporaryDirectory directory_;
};

TEST_F(LocalLogTest, ExistingModesRefuseWhereThereIsNone) {
  expect_refused(OpenMode::existing, {}, LogErrorCode::missing, path());
  expect_refused(OpenMode::read_only, {}, LogErrorCode::missing, path());
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(LocalLogTest, TheNumberOfPartitionsIsFixed) {
  open_or_fail(path(), OpenMode::create, {.partitions = 3});
  EXPECT_EQ(open_or_fail(path(), OpenMode::existing)->partitions(), 3);
  expect_refused(OpenMode::create, {.partitions = 12}, LogErrorCode::unavailable,
                 "has 3 partitions");
  expect_refused(OpenMode::create, {.partitions = 0}, LogErrorCode::unavailable, "1 to 256");
  EXPECT_EQ(open_or_fail(path(), OpenMode::create, {.partitions = 3})->partitions(), 3);
}

TEST_F(LocalLogTest, ASecondProcessIsToldWhy) {
  const auto log = open_or_fail(path(), OpenMode::create);
  expect_refused(OpenMode::existing, {}, LogErrorCode::unavailable, "in use by another process");
}

TEST_F(LocalLogTest, ReadOnlySeesTheMomentAndTakesNothing) {
  const auto log = open_or_fail(path(), OpenMode::create);
  append_or_fail(*log, records(5, 1, 3));
  const auto reader = open_or_fail(path(), OpenMode::read_only);
  append_or_fail(*log, records(5, 4, 4));
  expect_up_to(*reader->read(5, 1), 1, 3, 5);
  const auto refused = reader->append(records(5, 4, 4));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, LogErrorCode::unavailable);
  EXPECT_NE(refused.error().detail.find("read-only"), std::string::npos);
}

TEST_F(LocalLogTest, ACheckpointIsALog) {
  const auto log = open_or_fail(path(), OpenMode::create);
  append_or_fail(*log, records(0, 1, 50));
  const fs::path copy = directory_.path() / "copy";
  ASSERT_TRUE(log->checkpoint(copy).has_value());
  EXPECT_FALSE(log->checkpoint(copy).has_value());
  append_or_fail(*log, records(0, 51, 60));
  const auto copied = open_or_fail(copy, OpenMode::existing);
  expect_up_to(*copied->read(0, 1), 1, 50, 0);
  expect_up_to(*log->read(0, 1), 1, 60, 0);
}

TEST_F(LocalLogTest, FiguresCountWhatIsInMemoryAndInTables) {
  {
    const auto log = open_or_fail(path(), OpenMode::create);
    append_or_fail(*log, records(0, 1, 100, 5'000));
    EXPECT_GT(log->figures().memory_bytes, 500'000u);
  }
  const auto log = open_or_fail(path(), OpenMode::existing);
  EXPECT_GT(log->figures().table_bytes, 400'000u);
  EXPECT_EQ(log->figures().background_errors, 0u);
}

TEST_F(LocalLogTest, ACopyKeepsNotesWithItsRecords) {
  const OpenOptions copy{.partitions = 2, .mirror_of = "huiyin.events"};
  {
    const auto log = open_or_fail(path(), OpenMode::create, copy);
    EXPECT_EQ(log->note(1).value(), "");
    const std::array notes{Note{1, "2@17"}};
    ASSERT_TRUE(log->append(records(1, 1, 2), notes).has_value());
    const std::array later{Note{1, "9@99"}};
    EXPECT_FALSE(log->append(records(1, 9, 9), later).has_value());  // a gap keeps neither
  }
  EXPECT_FALSE(fs::exists(path() / "HEAD"));
  const auto log = open_or_fail(path(), OpenMode::create, copy);
  EXPECT_EQ(log->note(0).value(), "");
  EXPECT_EQ(log->note(1).value(), "2@17");
  expect_up_to(*log->read(1, 1), 1, 2, 1);
  copy_log(path(), directory_.path() / "killed");
  const auto killed = open_or_fail(directory_.path() / "killed", OpenMode::create, copy);
  EXPECT_EQ(killed->note(1).value(), "2@17");
}

TEST_F(LocalLogTest, ACopyAndTheTruthAreNotTakenForEachOther) {
  open_or_fail(path(), OpenMode::create, {.partitions = 2, .mirror_of = "huiyin.events"});
  expect_refused(OpenMode::create, {.partitions = 2}, LogErrorCode::unavailable,
                 "holds a copy of huiyin.events, not a log of its own");
  expect_refused(OpenMode::create, {.partitions = 2, .mirror_of = "hunan.events"},
                 LogErrorCode::unavailable, "not a copy of hunan.events");
  EXPECT_EQ(open_or_fail(path(), OpenMode::read_only)->partitions(), 2);
  fs::remove_all(path());
  open_or_fail(path(), OpenMode::create, {.partitions = 2});
  expect_refused(OpenMode::create, {.partitions = 2, .mirror_of = "huiyin.events"},
                 LogErrorCode::unavailable, "holds a log of its own");
}

TEST_F(LocalLogTest, AMakingThatWasInterruptedIsFinished) {
  open_or_fail(path(), OpenMode::create, {.partitions = 2});
  // Without HEAD and without tables, the manifest's families are all that is left of a making.
  fs::remove(path() / "HEAD");
  const auto log = open_or_fail(path(), OpenMode::create, {.partitions = 2});
  append_or_fail(*log, records(1, 1, 2));
  expect_up_to(*log->read(1, 1), 1, 2, 1);
}

}  // namespace
}  // namespace huiyin::local_log
