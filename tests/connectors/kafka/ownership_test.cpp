// Taking a partition over, being fenced, and what the mirror does meanwhile.
#include "cluster.hpp"
#include "conformance/log_conformance.hpp"
#include "raw.hpp"

namespace huiyin::kafka {
namespace {

using conformance::expect_up_to;
using conformance::record;
using conformance::records;
using events::LogErrorCode;

class OwnershipTest : public KafkaTest {
 protected:
  void expect_refused(KafkaLog& log, const std::vector<events::LogRecord>& batch,
                      LogErrorCode code) {
    const auto done = log.append(batch);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, code) << done.error().detail;
  }
  void delete_topic() const {
    const auto client = Client::make(settings, {.kind = ClientKind::producer});
    rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(events_topic.c_str());
    const Queue queue(rd_kafka_queue_new(client->handle()));
    rd_kafka_DeleteTopics(client->handle(), &topic, 1, nullptr, queue.get());
    const Event event(rd_kafka_queue_poll(queue.get(), 20'000));
    rd_kafka_DeleteTopic_destroy(topic);
    ASSERT_NE(event, nullptr);
    const auto admin = Admin::connect(settings, 20s);
    ASSERT_TRUE(eventually([&] { return admin->describe(std::array{events_topic})->empty(); }));
  }
  std::string transactional_id(int partition) const {
    return settings.prefix + ".test." + std::to_string(partition);
  }
};

TEST_F(OwnershipTest, NothingIsWrittenBeforeTakingOver) {
  make_events(2);
  const auto log = open("mirror");
  EXPECT_FALSE(log->owns(0));
  expect_refused(*log, records(0, 1, 1), LogErrorCode::fenced);
  take_over_or_fail(*log, 0);
  EXPECT_TRUE(log->owns(0));
  take_over_or_fail(*log, 0);  // again: nothing to do
  EXPECT_EQ(log->figures().take_overs, 1u);
  append_or_fail(*log, records(0, 1, 1));
  // One transaction must not write where another owner may.
  expect_refused(*log, {record({0, 2}), record({1, 1})}, LogErrorCode::fenced);
  log->release(0);
  expect_refused(*log, records(0, 2, 2), LogErrorCode::fenced);
  EXPECT_FALSE(log->take_over(2).has_value());
}

TEST_F(OwnershipTest, TheOlderOwnerIsFencedAndLearnsWhatItMissed) {
  make_events(1);
  const auto older = open("older");
  const auto newer = open("newer");
  take_over_or_fail(*older, 0);
  append_or_fail(*older, records(0, 1, 3));
  take_over_or_fail(*newer, 0);
  EXPECT_EQ(newer->end(0), 3u);
  append_or_fail(*newer, records(0, 4, 5));

  EXPECT_TRUE(older->owns(0));  // it cannot know yet
  expect_refused(*older, {record({0, 4}, 99)}, LogErrorCode::fenced);
  EXPECT_FALSE(older->owns(0));
  EXPECT_EQ(older->figures().fences, 1u);
  EXPECT_EQ(older->end(0), 3u);
  append_or_fail(*newer, records(0, 6, 6));

  take_over_or_fail(*older, 0);
  expect_up_to(*older->read(0, 1), 1, 6, 0);
  append_or_fail(*older, records(0, 7, 7));
  expect_refused(*newer, records(0, 7, 7), LogErrorCode::fenced);
  EXPECT_EQ(read_all(settings, events_topic, 0).size(), 7u);
}

TEST_F(OwnershipTest, TakingOverSeesAllThatWasCommittedAndNothingElse) {
  make_events(1);
  {
    const auto log = open("first");
    take_over_or_fail(*log, 0);
    for (events::Sequence s = 1; s <= 500; s += 25) append_or_fail(*log, records(0, s, s + 24));
  }
  // Aborted, then left open by a process that died.
  {
    const auto producer = begun_producer(settings, transactional_id(0));
    put(*producer, events_topic, record({0, 501}, 77));
    ASSERT_TRUE(producer->abort(10s).has_value());
    ASSERT_TRUE(producer->begin().has_value());
    put(*producer, events_topic, record({0, 501}, 88));
    std::this_thread::sleep_for(200ms);  // on its way to the broker
  }
  const auto log = open("second");
  take_over_or_fail(*log, 0);
  EXPECT_EQ(log->end(0), 500u);
  EXPECT_EQ(log->figures().restored_events, 500u);
  append_or_fail(*log, records(0, 501, 501));
  const auto third = open("third");
  take_over_or_fail(*third, 0);
  expect_up_to(*third->read(0, 1), 1, 501, 0);
}

// Only a transaction of another id can be in the way: that of this id ends with the take-over.
TEST_F(OwnershipTest, AnOpenTransactionOfAnotherIdHoldsATakeOverUpUntilItEnds) {
  make_events(1);
  const auto stranger = begun_producer(settings, settings.prefix + ".stranger");
  put(*stranger, events_topic, record({0, 1}));
  ASSERT_TRUE(eventually([&] {
    const auto feed = Feed::open(settings, events_topic, Isolation::uncommitted, 10ms);
    return feed->end(0, 1s).value_or(0) == 1;
  }));
  auto log = KafkaLog::open(
      settings, {.mirror = folder / "mirror", .deployment = "test", .stall_patience = 1'500ms});
  ASSERT_TRUE(log.has_value());
  const auto held_up = (*log)->take_over(0);
  ASSERT_FALSE(held_up.has_value());
  EXPECT_EQ(held_up.error().code, LogErrorCode::unavailable);
  EXPECT_NE(held_up.error().detail.find("unfinished transaction"), std::string::npos)
      << held_up.error().detail;
  EXPECT_FALSE((*log)->owns(0));
  ASSERT_TRUE(stranger->commit(10s).has_value());
  take_over_or_fail(**log, 0);
  EXPECT_EQ((*log)->end(0), 1u);
}

TEST_F(OwnershipTest, TheMirrorIsReusedAfterReopening) {
  make_events(2);
  {
    const auto log = open("mirror");
    take_over_or_fail(*log, 0);
    append_or_fail(*log, records(0, 1, 1'000));
    append_or_fail(*log, records(0, 1'001, 2'000));
  }
  {
    const auto log = open("mirror");
    EXPECT_EQ(log->end(0), 2'000u);
    take_over_or_fail(*log, 0);
    EXPECT_EQ(log->figures().restored_events, 0u);
    append_or_fail(*log, records(0, 2'001, 2'001));
  }
  {
    const auto elsewhere = open("elsewhere");
    take_over_or_fail(*elsewhere, 0);
    EXPECT_EQ(elsewhere->figures().restored_events, 2'001u);
    append_or_fail(*elsewhere, records(0, 2'002, 2'010));
  }
  const auto log = open("mirror");
  take_over_or_fail(*log, 0);
  EXPECT_EQ(log->figures().restored_events, 9u);
  expect_up_to(*log->read(0, 1), 1, 2'010, 0);
}

TEST_F(OwnershipTest, AHoleInTheTopicIsCorrupt) {
  make_events(1);
  const auto producer = begun_producer(settings, transactional_id(0));
  put(*producer, events_topic, record({0, 1}));
  put(*producer, events_topic, record({0, 3}));
  ASSERT_TRUE(producer->commit(10s).has_value());
  const auto log = open("mirror");
  const auto done = log->take_over(0);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, LogErrorCode::corrupt);
  EXPECT_NE(done.error().detail.find("hole in the topic: 0:3 at offset 1 follows 0:1"),
            std::string::npos)
      << done.error().detail;
}

TEST_F(OwnershipTest, AMirrorOfAnotherTopicIsNotTakenForThisOne) {
  make_events(1);
  {
    const auto log = open("mirror");
    take_over_or_fail(*log, 0);
    append_or_fail(*log, records(0, 1, 3));
  }
  delete_topic();
  make_events(1);
  const auto expect_corrupt = [&](const std::string& words) {
    auto log = KafkaLog::open(
        settings, {.mirror = folder / "mirror", .deployment = "test", .stall_patience = 1'000ms});
    ASSERT_TRUE(log.has_value());
    const auto done = (*log)->take_over(0);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, LogErrorCode::corrupt);
    EXPECT_NE(done.error().detail.find(words), std::string::npos) << done.error().detail;
  };
  expect_corrupt("has lost its tail");
  // Longer than the mirror, but other events.
  {
    const auto other = open("other");
    take_over_or_fail(*other, 0);
    append_or_fail(*other, records(0, 1, 9, 99));
  }
  expect_corrupt("is not what was copied");
}

TEST_F(OwnershipTest, ATopicThatIsMissingIsNamedWithTheCommand) {
  const auto log = KafkaLog::open(settings, {.mirror = folder / "mirror"});
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, LogErrorCode::missing);
  EXPECT_NE(log.error().detail.find("topics create"), std::string::npos);
}

TEST_F(OwnershipTest, AClusterThatDoesNotAnswerIsUnavailable) {
  settings.bootstrap = "127.0.0.1:1";
  settings.on_log = {};
  const auto log =
      KafkaLog::open(settings, {.mirror = folder / "mirror", .connect_patience = 500ms});
  ASSERT_FALSE(log.has_value());
  EXPECT_EQ(log.error().code, LogErrorCode::unavailable);
}

}  // namespace
}  // namespace huiyin::kafka
