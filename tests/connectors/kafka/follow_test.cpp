// Keeping a mirror current that others write.
#include <mutex>

#include "cluster.hpp"
#include "conformance/log_conformance.hpp"
#include "raw.hpp"

namespace huiyin::kafka {
namespace {

using conformance::expect_up_to;
using conformance::record;
using conformance::records;

class FollowTest : public KafkaTest {
 protected:
  FollowListener listener() {
    return {.on_end =
                [this](events::Partition p, events::Sequence end) {
                  const std::lock_guard lock(mutex_);
                  ends_[p] = end;
                },
            .on_problem =
                [this](events::Partition p, const events::LogError& error) {
                  const std::lock_guard lock(mutex_);
                  problems_[p] = error.detail;
                }};
  }
  events::Sequence told(events::Partition p) {
    const std::lock_guard lock(mutex_);
    return ends_[p];
  }
  std::string problem(events::Partition p) {
    const std::lock_guard lock(mutex_);
    return problems_[p];
  }

  std::mutex mutex_;
  std::map<events::Partition, events::Sequence> ends_;
  std::map<events::Partition, std::string> problems_;
};

TEST_F(FollowTest, BringsWhatOthersWriteAndTells) {
  make_events(3);
  const auto writer = open("writer");
  for (events::Partition p = 0; p < 3; ++p) take_over_or_fail(*writer, p);
  append_or_fail(*writer, records(0, 1, 3'000));
  append_or_fail(*writer, records(2, 1, 5));

  auto reader = open("reader");
  ASSERT_TRUE(reader->follow({0, 1, 2}, listener()).has_value());
  ASSERT_TRUE(eventually([&] { return told(0) == 3'000 && told(2) == 5; }));
  ASSERT_TRUE(eventually([&] { return reader->behind() == 0u; }));
  EXPECT_EQ(told(1), 0u);
  append_or_fail(*writer, records(1, 1, 2));
  ASSERT_TRUE(eventually([&] { return told(1) == 2; }));
  expect_up_to(*reader->read(0, 1), 1, 3'000, 0);
  expect_up_to(*reader->read(1, 1), 1, 2, 1);
  EXPECT_EQ(reader->figures().followed_events, 3'007u);

  // From where it was, not from the beginning.
  reader.reset();
  append_or_fail(*writer, records(2, 6, 9));
  reader = open("reader");
  ASSERT_TRUE(reader->follow({0, 1, 2}, listener()).has_value());
  ASSERT_TRUE(eventually([&] { return told(2) == 9; }));
  EXPECT_EQ(reader->figures().followed_events, 4u);
  EXPECT_EQ(problem(0) + problem(1) + problem(2), "");
}

TEST_F(FollowTest, AFollowerMayTakeOverAndGiveBack) {
  make_events(2);
  const auto first = open("first");
  const auto second = open("second");
  ASSERT_TRUE(first->follow({0, 1}, listener()).has_value());
  ASSERT_TRUE(second->follow({0, 1}, {}).has_value());
  take_over_or_fail(*first, 0);
  take_over_or_fail(*second, 1);
  events::Sequence next = 1;
  for (int round = 0; round < 6; ++round) {
    KafkaLog& owner = round % 2 == 0 ? *first : *second;
    KafkaLog& other = round % 2 == 0 ? *second : *first;
    take_over_or_fail(owner, 0);
    for (int i = 0; i < 20; ++i, next += 5) append_or_fail(owner, records(0, next, next + 4));
    append_or_fail(*second, records(1, static_cast<events::Sequence>(round) + 1,
                                    static_cast<events::Sequence>(round) + 1));
    if (round % 3 == 2) {
      // Not told of: the next write finds out.
      EXPECT_FALSE(other.owns(0) && other.append(records(0, next, next)).has_value());
    }
    ASSERT_TRUE(eventually([&] { return owner.end(0) == next - 1; }));
    owner.release(0);
    ASSERT_TRUE(eventually([&] { return other.end(0) == next - 1; }));
  }
  ASSERT_TRUE(eventually([&] { return first->end(1) == 6; }));
  expect_up_to(*first->read(0, 1), 1, next - 1, 0);
  expect_up_to(*second->read(0, 1), 1, next - 1, 0);
  EXPECT_EQ(problem(0) + problem(1), "");
}

TEST_F(FollowTest, ADamagedPartitionIsNamedAndTheOthersGoOn) {
  make_events(2);
  const auto producer = begun_producer(settings, settings.prefix + ".x");
  put(*producer, events_topic, record({0, 1}));
  put(*producer, events_topic, record({0, 3}));
  put(*producer, events_topic, record({1, 1}));
  ASSERT_TRUE(producer->commit(10s).has_value());
  const auto reader = open("reader");
  ASSERT_TRUE(reader->follow({0, 1}, listener()).has_value());
  ASSERT_TRUE(eventually([&] { return !problem(0).empty() && told(1) == 1; }));
  EXPECT_NE(problem(0).find("hole in the topic"), std::string::npos) << problem(0);
  EXPECT_EQ(reader->end(0), 1u);
  ASSERT_TRUE(producer->begin().has_value());
  put(*producer, events_topic, record({1, 2}));
  ASSERT_TRUE(producer->commit(10s).has_value());
  ASSERT_TRUE(eventually([&] { return told(1) == 2; }));
}

TEST_F(FollowTest, ARecordThatIsNoEventIsNamed) {
  make_events(1);
  const auto producer = begun_producer(settings, settings.prefix + ".x");
  const auto done = producer->produce({.topic = events_topic,
                                       .partition = 0,
                                       .key = "k",
                                       .value = "not an event",
                                       .headers = Headers(rd_kafka_headers_new(0))},
                                      10s);
  ASSERT_TRUE(done.has_value());
  ASSERT_TRUE(producer->commit(10s).has_value());
  const auto reader = open("reader");
  ASSERT_TRUE(reader->follow({0}, listener()).has_value());
  ASSERT_TRUE(eventually([&] { return !problem(0).empty(); }));
  EXPECT_NE(problem(0).find("record 0 of partition 0 is no event"), std::string::npos)
      << problem(0);
}

}  // namespace
}  // namespace huiyin::kafka
