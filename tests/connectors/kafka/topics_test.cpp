// The topics of a deployment: made, checked, refused.
#include "cluster.hpp"
#include "topic_table.hpp"

namespace huiyin::kafka {
namespace {

using TopicsTest = KafkaTest;
const TopicsRequest request{.partitions = 3, .patience = std::chrono::seconds(20)};

TEST_F(TopicsTest, AreMadeOnceAndAreThenRight) {
  auto made = create_topics(settings, request);
  ASSERT_TRUE(made.has_value()) << to_text(made.error());
  EXPECT_EQ(made->created.size(), topic_count);
  EXPECT_EQ(made->differences, std::vector<TopicDifference>{});
  made = create_topics(settings, request);
  ASSERT_TRUE(made.has_value()) << to_text(made.error());
  EXPECT_TRUE(made->created.empty());
  EXPECT_EQ(made->differences, std::vector<TopicDifference>{});
  EXPECT_EQ(check_for_start(settings, request).value(), std::nullopt);
}

TEST_F(TopicsTest, WhatIsMissingIsNamedWithTheCommand) {
  const auto differences = check_topics(settings, request);
  ASSERT_TRUE(differences.has_value());
  EXPECT_EQ(differences->size(), topic_count);
  EXPECT_EQ(to_text(differences->front()), settings.prefix + ".commands: there is no such topic");
  const auto refusal = check_for_start(settings, request).value();
  ASSERT_TRUE(refusal.has_value());
  EXPECT_NE(refusal->find(settings.prefix + ".events"), std::string::npos) << *refusal;
  EXPECT_NE(refusal->find("`huiyin topics create` makes them"), std::string::npos) << *refusal;
}

TEST_F(TopicsTest, EventsThatWouldExpireAreRefused) {
  const auto admin = Admin::connect(settings, std::chrono::seconds(20));
  const TopicToMake wrong{.name = events_topic,
                          .partitions = 2,
                          .replication = 1,
                          .settings = {{"cleanup.policy", "compact"}, {"retention.ms", "1000"}}};
  ASSERT_TRUE(admin->create({&wrong, 1}).has_value());
  // The others are made, this one is left as it is.
  const auto made = create_topics(settings, request);
  ASSERT_TRUE(made.has_value()) << to_text(made.error());
  EXPECT_EQ(made->created.size(), topic_count - 1);
  std::vector<std::string> said;
  for (const auto& difference : made->differences) said.push_back(to_text(difference));
  EXPECT_EQ(said,
            (std::vector<std::string>{events_topic + ": partitions is 2, must be 3",
                                      events_topic + ": cleanup.policy is compact, must be delete",
                                      events_topic + ": retention.ms is 1000, must be -1"}));
  const auto refusal = check_for_start(settings, request).value();
  ASSERT_TRUE(refusal.has_value());
  EXPECT_NE(refusal->find("cleanup.policy is compact, must be delete"), std::string::npos)
      << *refusal;
}

TEST_F(TopicsTest, MoreThanIsNeededIsFine) {
  EXPECT_TRUE(satisfies({"retention.ms", "3600000", Rule::at_least}, "-1"));
  EXPECT_TRUE(satisfies({"retention.ms", "3600000", Rule::at_least}, "7200000"));
  EXPECT_FALSE(satisfies({"retention.ms", "3600000", Rule::at_least}, "1800000"));
  EXPECT_FALSE(satisfies({"retention.ms", "3600000", Rule::at_least}, "soon"));
  EXPECT_FALSE(satisfies({"retention.ms", "-1"}, "7200000"));
}

}  // namespace
}  // namespace huiyin::kafka
