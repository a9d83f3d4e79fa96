#include "node/complaints.hpp"

#include <gtest/gtest.h>

namespace huiyin::node {
namespace {

using namespace std::chrono_literals;

TEST(Complaints, AreDueOnceAMinute) {
  Complaints said;
  const auto begin = Complaints::Clock::now();
  EXPECT_TRUE(said.due("no right", begin));
  EXPECT_FALSE(said.due("no right", begin + 500ms));
  EXPECT_TRUE(said.due("no room", begin + 500ms));
  EXPECT_FALSE(said.due("no right", begin + 59s));
  EXPECT_TRUE(said.due("no right", begin + 60s));
  EXPECT_FALSE(said.due("no right", begin + 61s));
}

TEST(Complaints, KeepNoMoreThanTheyNeed) {
  Complaints said;
  const auto begin = Complaints::Clock::now();
  EXPECT_TRUE(said.due("again and again", begin));
  for (int i = 0; i < 900; ++i) EXPECT_TRUE(said.due(std::to_string(i), begin + 1s));
  EXPECT_FALSE(said.due("again and again", begin + 2s));
  for (int i = 900; i < 100'000; ++i) EXPECT_TRUE(said.due(std::to_string(i), begin + 2s));
}

}  // namespace
}  // namespace huiyin::node
