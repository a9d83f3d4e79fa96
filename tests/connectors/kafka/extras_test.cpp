// What goes with the events in one transaction: outcomes, view rows, consumed offsets.
#include "cluster.hpp"
#include "conformance/log_conformance.hpp"
#include "raw.hpp"

namespace huiyin::kafka {
namespace {

using conformance::records;
using events::LogErrorCode;

class ExtrasTest : public KafkaTest {
 protected:
  void SetUp() override {
    make_events(2);
    make_topic(settings, commands, 2);
    make_topic(settings, outcomes, 2);
    make_topic(settings, view, 2);
    log = open("mirror");
    take_over_or_fail(*log, 0);
  }

  // A member of the group that consumes the commands, with its partitions assigned.
  Client joined(const std::string& group) const {
    auto client = Client::make(
        settings, {.kind = ClientKind::consumer,
                   .defaults = {{"session.timeout.ms", "6000"}, {"max.poll.interval.ms", "6000"}},
                   .fixed = {{"group.id", group},
                             {"enable.auto.commit", "false"},
                             {"auto.offset.reset", "earliest"}}});
    EXPECT_TRUE(client.has_value());
    const PartitionList topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), commands.c_str(), RD_KAFKA_PARTITION_UA);
    EXPECT_EQ(rd_kafka_subscribe(client->handle(), topics.get()), RD_KAFKA_RESP_ERR_NO_ERROR);
    EXPECT_TRUE(eventually([&] {
      const Message message(rd_kafka_consumer_poll(client->handle(), 50));
      return assigned(client->handle()) > 0;
    }));
    return std::move(*client);
  }
  static int assigned(rd_kafka_t* consumer) {
    rd_kafka_topic_partition_list_t* list = nullptr;
    if (rd_kafka_assignment(consumer, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
    return PartitionList(list)->cnt;
  }
  std::int64_t committed(rd_kafka_t* consumer, int partition) const {
    const PartitionList list(rd_kafka_topic_partition_list_new(1));
    auto* one = rd_kafka_topic_partition_list_add(list.get(), commands.c_str(), partition);
    EXPECT_EQ(rd_kafka_committed(consumer, list.get(), 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
    return one->offset;
  }
  std::vector<ExtraRecord> two_extras() const {
    return {{.topic = outcomes,
             .partition = 1,
             .key = "command-1",
             .headers = {{"status", "201"}},
             .value = "{}"},
            {.topic = view, .partition = 0, .key = "case-1", .headers = {}, .value = std::nullopt}};
  }

  std::string commands = topic_name(settings, Topic::commands);
  std::string outcomes = topic_name(settings, Topic::outcomes);
  std::string view = topic_name(settings, Topic::view_status);
  std::unique_ptr<KafkaLog> log;
};

TEST_F(ExtrasTest, LandWithTheEvents) {
  const Client consumer = joined(settings.prefix + ".engine");
  const auto extras = two_extras();
  const std::array consumed{ConsumedOffset{commands, 0, 17}};
  const auto done =
      log->transact(0, records(0, 1, 2),
                    {.records = extras, .consumed = consumed, .consumer = consumer.handle()});
  ASSERT_TRUE(done.has_value()) << done.error().detail;
  const auto outcome = read_all(settings, outcomes, 1);
  ASSERT_EQ(outcome.size(), 1u);
  EXPECT_EQ(outcome[0].key, "command-1");
  EXPECT_EQ(outcome[0].value, "{}");
  EXPECT_EQ(outcome[0].headers,
            (std::vector<std::pair<std::string, std::string>>{{"status", "201"}}));
  const auto row = read_all(settings, view, 0);
  ASSERT_EQ(row.size(), 1u);
  EXPECT_EQ(row[0].key, "case-1");
  EXPECT_FALSE(row[0].value.has_value());
  EXPECT_EQ(committed(consumer.handle(), 0), 17);

  // Offsets alone.
  const std::array further{ConsumedOffset{commands, 0, 18}};
  ASSERT_TRUE(
      log->transact(0, {}, {.consumed = further, .consumer = consumer.handle()}).has_value());
  EXPECT_EQ(committed(consumer.handle(), 0), 18);
  EXPECT_EQ(log->end(0), 2u);
}

TEST_F(ExtrasTest, NothingLandsWhenOneCannot) {
  auto extras = two_extras();
  extras[1].partition = 9;  // no such partition
  auto done = log->transact(0, records(0, 1, 2), {.records = extras});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, LogErrorCode::aborted) << done.error().detail;
  extras = two_extras();
  extras[1].value = std::string(3 << 20, 'x');  // larger than any broker here takes
  done = log->transact(0, records(0, 1, 2), {.records = extras});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, LogErrorCode::aborted) << done.error().detail;
  const std::array consumed{ConsumedOffset{commands, 0, 17}};
  done = log->transact(0, records(0, 1, 2), {.consumed = consumed});  // of no group
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, LogErrorCode::aborted) << done.error().detail;

  EXPECT_EQ(log->end(0), 0u);
  EXPECT_TRUE(log->owns(0));
  EXPECT_TRUE(read_all(settings, events_topic, 0).empty());
  EXPECT_TRUE(read_all(settings, outcomes, 1).empty());
  append_or_fail(*log, records(0, 1, 2));
  EXPECT_EQ(read_all(settings, events_topic, 0).size(), 2u);
}

// As after a pause that was too long: the group has gone on without it.
TEST_F(ExtrasTest, AConsumerThatFellOutOfItsGroupCommitsNothing) {
  const Client consumer = joined(settings.prefix + ".engine");
  const std::array consumed{ConsumedOffset{commands, 0, 17}};
  const TransactionExtras extras{.consumed = consumed, .consumer = consumer.handle()};
  ASSERT_TRUE(log->transact(0, records(0, 1, 1), extras).has_value());
  // Not polled for longer than max.poll.interval.ms: librdkafka leaves the group.
  ASSERT_TRUE(eventually([&] {
    const Text member(rd_kafka_memberid(consumer.handle()));
    return member != nullptr && *member == '\0';
  }));
  const auto done = log->transact(0, records(0, 2, 2), extras);
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, LogErrorCode::aborted);
  EXPECT_NE(done.error().detail.find("in no group"), std::string::npos) << done.error().detail;
  EXPECT_EQ(log->end(0), 1u);
  EXPECT_TRUE(log->owns(0));
  append_or_fail(*log, records(0, 2, 2));
}

}  // namespace
}  // namespace huiyin::kafka
