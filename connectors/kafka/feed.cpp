#include "feed.hpp"

#include <algorithm>
#include <thread>

#include "errors.hpp"

namespace huiyin::kafka {

namespace {
constexpr Feed::Milliseconds one_try{2'000};  // of a question that may go to the wrong broker
}

std::expected<Feed, Error> Feed::open(const KafkaSettings& settings, std::string topic,
                                      Isolation isolation, Milliseconds idle) {
  ClientOptions options{
      .kind = ClientKind::consumer,
      .defaults = {{"fetch.message.max.bytes", "4194304"},
                   // Past either bound librdkafka 2.0.2 stops fetching a partition for up to a
                   // second: far away for a replay, and still a bound on memory.
                   {"queued.min.messages", "1000000"},
                   {"queued.max.messages.kbytes", "131072"},
                   {"check.crcs", "true"}},
      .fixed = {{"isolation.level",
                 isolation == Isolation::committed ? "read_committed" : "read_uncommitted"},
                // Nothing joins a group of this name; librdkafka wants one all the same.
                {"group.id", settings.prefix + ".mirror"},
                {"enable.auto.commit", "false"},
                {"enable.auto.offset.store", "false"},
                {"auto.offset.reset", "error"},
                {"enable.partition.eof", "true"},
                {"allow.auto.create.topics", "false"},
                {"fetch.wait.max.ms", std::to_string(idle.count())}},
      .on_delivery = {}};
  auto client = Client::make(settings, options);
  if (!client) return std::unexpected(client.error());
  return Feed(std::move(*client), settings, std::move(options), std::move(topic));
}

std::expected<void, Error> Feed::assign(std::span<const FeedStart> starts) {
  // A handle takes one assignment: another one while brokers are away ends the process
  // (librdkafka 2.0.2: "Assertion `rktp->rktp_started' failed").
  if (assigned_) {
    auto fresh = Client::make(settings_, options_);
    if (!fresh) return std::unexpected(fresh.error());
    client_ = std::move(*fresh);
  }
  assigned_ = true;
  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(starts.size())));
  for (const FeedStart& start : starts) {
    auto* one = rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), start.partition);
    one->offset = start.offset;
  }
  const auto code = rd_kafka_assign(client_.handle(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(to_error(code, "reading " + topic_));
  return {};
}

Message Feed::poll(Milliseconds patience) {
  return Message(rd_kafka_consumer_poll(client_.handle(), static_cast<int>(patience.count())));
}

std::int64_t Feed::position(events::Partition partition) const {
  const PartitionList list(rd_kafka_topic_partition_list_new(1));
  auto* one = rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition);
  if (rd_kafka_position(client_.handle(), list.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return -1;
  return one->offset;
}

std::int64_t Feed::distance(events::Partition partition) const {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto code =
      rd_kafka_get_watermark_offsets(client_.handle(), topic_.c_str(), partition, &low, &high);
  const std::int64_t at = position(partition);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR || at < 0) return 0;
  return std::max<std::int64_t>(0, high - at);
}

std::expected<std::int64_t, Error> Feed::end(events::Partition partition,
                                             Milliseconds patience) const {
  return ask_offset(client_.handle(), topic_, partition, OffsetOf::end, patience);
}

// Not by rd_kafka_query_watermark_offsets: that one waits without end for a leader that has just
// died, whatever time it is given (librdkafka 2.0.2).
std::expected<std::int64_t, Error> ask_offset(rd_kafka_s* handle, const std::string& topic,
                                              events::Partition partition, OffsetOf which,
                                              Feed::Milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const PartitionList list(rd_kafka_topic_partition_list_new(1));
    auto* one = rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
    one->offset = which == OffsetOf::end ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    auto code = rd_kafka_offsets_for_times(handle, list.get(),
                                           static_cast<int>(std::min(patience, one_try).count()));
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = one->err;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && one->offset >= 0) return one->offset;
    const bool unknown = code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                         code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (unknown || std::chrono::steady_clock::now() >= until) {
      return std::unexpected(
          to_error(code, "an offset of " + topic + " " + std::to_string(partition)));
    }
    // A leader that has moved is asked again and again at its old place (librdkafka 2.0.2), unless
    // this handle learns anew where things are.
    const TopicHandle known(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
    const rd_kafka_metadata_t* given = nullptr;
    if (rd_kafka_metadata(handle, 0, known.get(), &given, static_cast<int>(one_try.count())) ==
        RD_KAFKA_RESP_ERR_NO_ERROR) {
      const Metadata dropped(given);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace huiyin::kafka
