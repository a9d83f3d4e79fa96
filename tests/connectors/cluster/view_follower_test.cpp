#include "cluster/view_follower.hpp"

#include <gtest/gtest.h>

#include "cluster.hpp"
#include "projections/rebuild.hpp"
#include "support/case_lives.hpp"
#include "support/memory_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::cluster {
namespace {

using test::CaseLives;
using test::MemoryLog;

// As after a node's log/ alone was deleted.
TEST(ViewFollowerTest, WaitsForAMirrorThatIsFilledAgain) {
  test::TempDir directory;
  CaseLives lives(1, {.seed = 1});
  const auto records = lives.next(600);
  MemoryLog before(1);
  ASSERT_TRUE(before.append(std::span(records).first(400)));
  auto views = projections::ViewStore::open(directory.path(), 1);
  ASSERT_TRUE(views) << views.error().detail;
  ASSERT_TRUE(projections::catch_up(before, **views));

  MemoryLog mirror(1);
  std::atomic<int> problems = 0;
  ViewFollower follower(mirror, **views, [&](events::Partition, const std::string& detail) {
    ADD_FAILURE() << detail;
    ++problems;
  });
  for (const auto& record : records) {
    ASSERT_TRUE(mirror.append({&record, 1}));
    follower.grown(0);
  }
  EXPECT_TRUE(kafka::eventually([&] { return (*views)->applied(0) == 600; }));
  EXPECT_EQ(problems, 0);
}

}  // namespace
}  // namespace huiyin::cluster
