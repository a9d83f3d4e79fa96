// kill -9 while batches are applied: the store stands where it says it stands.
#include <numeric>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "projections/fingerprint.hpp"
#include "projections/rebuild.hpp"
#include "support/case_lives.hpp"
#include "support/memory_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::projections {
namespace {

constexpr Partition partitions = 3;
constexpr int kills = 5;
constexpr std::size_t events_in_log = 20'000;
constexpr const char* directory_variable = "HUIYIN_CRASH_DIRECTORY";
constexpr const char* seed_variable = "HUIYIN_CRASH_SEED";

struct SeededLog {
  explicit SeededLog(std::uint64_t seed) {
    test::CaseLives lives(partitions, {.seed = seed});
    EXPECT_TRUE(log.append(lives.next(events_in_log)));
  }
  test::MemoryLog log{partitions};
};

// NOLINTBEGIN(concurrency-mt-unsafe): the environment is all that goes to the child.

// What is killed: this program again, since RocksDB's threads do not survive a fork.
TEST(CrashChild, AppliesUntilItIsKilled) {
  const char* const directory = ::getenv(directory_variable);
  if (directory == nullptr) GTEST_SKIP() << "only as the child of Crash";
  const SeededLog seeded(std::strtoull(::getenv(seed_variable), nullptr, 10));
  const auto store = ViewStore::open(directory, partitions);
  ASSERT_TRUE(store) << store.error().detail;
  ASSERT_TRUE(catch_up(seeded.log, **store, {.batch_events = 5}));
  ::pause();
}

pid_t start_child(const std::filesystem::path& directory, std::uint64_t seed) {
  const std::string seed_text = std::to_string(seed);
  ::setenv(directory_variable, directory.c_str(), 1);
  ::setenv(seed_variable, seed_text.c_str(), 1);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/proc/self/exe", "view_store_test", "--gtest_filter=CrashChild.*", "--gtest_brief=1",
            nullptr);
    ::_exit(127);
  }
  ::unsetenv(directory_variable);
  return child;
}

// NOLINTEND(concurrency-mt-unsafe)

TEST(Crash, AfterAKillTheViewsAreARebuildUpToTheirPositions) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  test::TempDir directory;
  const SeededLog seeded(seed);
  std::vector<Sequence> before(partitions);
  int amid = 0;
  for (int kill_number = 0; kill_number < kills; ++kill_number) {
    const pid_t child = start_child(directory.path(), seed);
    ASSERT_GT(child, 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(300 + random() % 700));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";

    const auto store = ViewStore::open(directory.path(), partitions);
    ASSERT_TRUE(store) << store.error().detail;
    std::vector<Sequence> upto;
    for (Partition p = 0; p < partitions; ++p) {
      upto.push_back((*store)->applied(p));
      EXPECT_GE(upto.back(), before[p]) << "what was read from the store once is gone";
    }
    before = upto;
    const auto applied = std::accumulate(upto.begin(), upto.end(), Sequence{0});
    if (applied > 0 && applied < events_in_log) ++amid;
    test::TempDir other;
    const auto rebuilt = ViewStore::open(other.path(), partitions);
    ASSERT_TRUE(rebuilt);
    ASSERT_TRUE(rebuild(seeded.log, **rebuilt, {.cut = {.upto = upto}}));
    const auto compared = compare(**store, **rebuilt);
    ASSERT_TRUE(compared);
    EXPECT_TRUE(compared->comparable);
    for (const Difference& difference : compared->differences) {
      ADD_FAILURE() << "partition " << difference.partition << " family "
                    << events::name_of(difference.family);
    }
  }
  RecordProperty("kills_amid", amid);
  std::printf("%d of %d kills came amid the work\n", amid, kills);
}

}  // namespace
}  // namespace huiyin::projections
