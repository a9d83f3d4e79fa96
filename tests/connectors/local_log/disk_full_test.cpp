// A small file system that fills up. Skipped where this process may not mount one.
#include <cerrno>
#include <system_error>

#include <sys/mount.h>

#include "log_support.hpp"

namespace huiyin::local_log {
namespace {

using conformance::expect_up_to;
using conformance::records;
using events::LogErrorCode;
using events::Sequence;

constexpr std::size_t record_bytes = 20'000;

class DiskFullTest : public testing::Test {
 protected:
  void SetUp() override {
    mounted_ = ::mount("tmpfs", disk_.path().c_str(), "tmpfs", 0, "size=24m") == 0;
    if (!mounted_)
      GTEST_SKIP() << "a tmpfs cannot be mounted here: " << std::generic_category().message(errno);
  }
  void TearDown() override {
    log_.reset();
    if (mounted_) ::umount(disk_.path().c_str());
  }

  fs::path path() const { return disk_.path() / "log"; }

  // Leaves `left` bytes on the disk.
  void fill(std::uint64_t left) const {
    std::ofstream filler(disk_.path() / "filler", std::ios::binary | std::ios::app);
    const std::string block(4096, 'x');
    while (fs::space(disk_.path()).available > left + block.size()) {
      filler.write(block.data(), static_cast<std::streamsize>(block.size())).flush();
    }
  }
  void make_room() const { fs::remove(disk_.path() / "filler"); }

  // Appends ten records at a time until it is refused; the last sequence that was taken.
  Sequence append_until_full(Sequence last) {
    for (;;) {
      const auto done = log_->append(records(0, last + 1, last + 10, record_bytes));
      if (!done) {
        EXPECT_EQ(done.error().code, LogErrorCode::full) << done.error().detail;
        return last;
      }
      last += 10;
    }
  }

  void expect_whole(const fs::path& directory, Sequence last) {
    const auto log = open_or_fail(directory, OpenMode::existing);
    ASSERT_NE(log, nullptr);
    expect_up_to(*log->read(0, 1), 1, last, 0, record_bytes);
  }

  TemporaryDirectory disk_;
  TemporaryDirectory elsewhere_;
  bool mounted_ = false;
  std::unique_ptr<LocalLog> log_;
};

TEST_F(DiskFullTest, RefusesInTimeReadsOnAndGoesOn) {
  log_ = open_or_fail(path(), OpenMode::create);
  append_or_fail(*log_, records(0, 1, 10, record_bytes));
  fill(0);
  Sequence last = append_until_full(10);
  EXPECT_EQ(last, 10u);
  expect_up_to(*log_->read(0, 1), 1, last, 0, record_bytes);
  make_room();
  append_or_fail(*log_, records(0, 11, 20, record_bytes));
  EXPECT_EQ(log_->figures().background_errors, 0u);
  log_.reset();
  expect_whole(path(), 20);
}

// Without a reserve the disk fills in the middle of a write.
class InterruptedWriteTest : public DiskFullTest,
                             public testing::WithParamInterface<std::uint64_t> {};

TEST_P(InterruptedWriteTest, IsNotInTheLogAndNeverDoubled) {
  log_ = open_or_fail(path(), OpenMode::create, {.reserve_bytes = 0});
  Sequence last = 0;
  for (int round = 0; round < 3 && !HasFailure(); ++round) {
    // In the first round nothing is in memory yet, or a little: both must recover.
    if (round > 0) {
      ++last;
      append_or_fail(*log_, records(0, last, last, record_bytes));
    }
    fill(GetParam());
    last = append_until_full(last);
    expect_up_to(*log_->read(0, 1), 1, last, 0, record_bytes);
    copy_log(path(), elsewhere_.path() / "killed");
    expect_whole(elsewhere_.path() / "killed", last);
    make_room();
    append_or_fail(*log_, records(0, last + 1, last + 2, record_bytes));
    last += 2;
    copy_log(path(), elsewhere_.path() / "killed");
    expect_whole(elsewhere_.path() / "killed", last);
  }
  log_.reset();
  expect_whole(path(), last);
}

INSTANTIATE_TEST_SUITE_P(Left, InterruptedWriteTest,
                         testing::Values(0, 4'096, 100'000, 190'000, 210'000, 1'000'000));

}  // namespace
}  // namespace huiyin::local_log
