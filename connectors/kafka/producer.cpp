#include "producer.hpp"

#include <algorithm>
#include <array>

#include "errors.hpp"

namespace huiyin::kafka {
namespace {

using Clock = std::chrono::steady_clock;

// One try of a call that can be taken up again; short, so that a stop is noticed.
constexpr int try_ms = 2'000;

// Calls `tried` until it succeeds, fails for good, or time is over.
template <class Call>
std::expected<void, Error> persist(Producer::Milliseconds patience, const Producer::Stop& stop,
                                   std::string_view tried, Call call) {
  const auto until = Clock::now() + patience;
  for (;;) {
    const auto error = take(call(), tried);
    if (!error) return {};
    if (error->kind != ErrorClass::retriable || Clock::now() >= until || (stop && stop()))
      return std::unexpected(*error);
    // Some of these errors come back at once while the cluster elects.
    if (!error->timed_out()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void note_delivery(const rd_kafka_message_t& message) {
  auto* const offset = static_cast<std::int64_t*>(message._private);
  if (offset != nullptr && message.err == RD_KAFKA_RESP_ERR_NO_ERROR) *offset = message.offset;
}

rd_kafka_vu_t part(rd_kafka_vtype_t type) {
  rd_kafka_vu_t value{};
  value.vtype = type;
  return value;
}

}  // namespace

std::expected<Producer, Error> Producer::make(const KafkaSettings& settings,
                                              const std::string& transactional_id) {
  auto client = Client::make(
      settings, {.kind = ClientKind::producer,
                 .defaults = {{"linger.ms", "2"},
                              // AddPartitionsToTxn and AddOffsetsToTxn meet "concurrent
                              // transactions" while the last one's markers are written.
                              {"retry.backoff.ms", "5"},
                              {"compression.type", "lz4"},
                              {"queue.buffering.max.messages", "500000"},
                              // Longer than brokers take to notice that one of them died (9 s)
                              // and to elect; a dead owner's transaction ends sooner, with the
                              // next owner's init.
                              {"transaction.timeout.ms", "30000"}},
                 .fixed = {{"transactional.id", transactional_id}},
                 .on_delivery = note_delivery});
  if (!client) return std::unexpected(client.error());
  return Producer(std::move(*client));
}

std::expected<void, Error> Producer::init(Milliseconds patience, const Stop& stop) {
  return persist(patience, stop, "init_transactions",
                 [this] { return rd_kafka_init_transactions(client_.handle(), try_ms); });
}

std::expected<void, Error> Producer::begin() {
  if (auto error = take(rd_kafka_begin_transaction(client_.handle()), "begin_transaction"))
    return std::unexpected(*error);
  return {};
}

std::expected<Producer::KnownTopic*, Error> Producer::topic(const std::string& name,
                                                            Milliseconds patience) {
  if (const auto known = topics_.find(name); known != topics_.end()) return &known->second;
  TopicHandle handle(rd_kafka_topic_new(client_.handle(), name.c_str(), nullptr));
  if (!handle) return std::unexpected(to_error(rd_kafka_last_error(), "topic " + name));
  const rd_kafka_metadata_t* given = nullptr;
  const auto code = rd_kafka_metadata(client_.handle(), 0, handle.get(), &given,
                                      static_cast<int>(patience.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(to_error(code, "asking for topic " + name));
  const Metadata metadata(given);
  if (metadata->topic_cnt != 1 || metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return std::unexpected(to_error(metadata->topic_cnt == 1
                                        ? metadata->topics[0].err
                                        : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
                                    "topic " + name));
  }
  return &topics_.emplace(name, KnownTopic{std::move(handle), metadata->topics[0].partition_cnt})
              .first->second;
}

std::expected<void, Error> Producer::produce(OutgoingRecord record, Milliseconds patience) {
  const auto known = topic(record.topic, patience);
  if (!known) return std::unexpected(known.error());
  const std::string tried = record.topic + " " + std::to_string(record.partition);
  // librdkafka 2.0.2 frees the headers twice when there is no such partition.
  if (record.partition < 0 || record.partition >= (*known)->partitions)
    return std::unexpected(to_error(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, tried));

  std::array parts{part(RD_KAFKA_VTYPE_RKT),       part(RD_KAFKA_VTYPE_PARTITION),
                   part(RD_KAFKA_VTYPE_MSGFLAGS),  part(RD_KAFKA_VTYPE_KEY),
                   part(RD_KAFKA_VTYPE_TIMESTAMP), part(RD_KAFKA_VTYPE_OPAQUE),
                   part(RD_KAFKA_VTYPE_HEADERS),   part(RD_KAFKA_VTYPE_VALUE)};
  parts[0].u.rkt = (*known)->handle.get();
  parts[1].u.i32 = record.partition;
  parts[2].u.i = RD_KAFKA_MSG_F_COPY;
  parts[3].u.mem = {.ptr = const_cast<char*>(record.key.data()), .size = record.key.size()};
  parts[4].u.i64 = record.timestamp_ms;
  parts[5].u.ptr = record.delivered;
  parts[6].u.headers = record.headers.get();
  if (record.value) {
    parts[7].u.mem = {.ptr = const_cast<char*>(record.value->data()), .size = record.value->size()};
  }
  const std::size_t count = record.value ? parts.size() : parts.size() - 1;
  const auto until = Clock::now() + patience;
  for (;;) {
    const auto error = take(rd_kafka_produceva(client_.handle(), parts.data(), count), tried);
    if (!error) {
      [[maybe_unused]] const auto* const given = record.headers.release();  // the message's now
      return {};
    }
    if (error->code != RD_KAFKA_RESP_ERR__QUEUE_FULL || Clock::now() >= until)
      return std::unexpected(*error);
    rd_kafka_poll(client_.handle(), 20);
  }
}

std::expected<void, Error> Producer::send_offsets(std::span<const ConsumedOffset> offsets,
                                                  rd_kafka_s* consumer, Milliseconds patience) {
  // A consumer that fell out of its group says so by an empty member id, and brokers then check no
  // generation at all: they take such offsets for those of a client that never joins.
  const Text member(consumer == nullptr ? nullptr : rd_kafka_memberid(consumer));
  const GroupMetadata group(member && *member != '\0' ? rd_kafka_consumer_group_metadata(consumer)
                                                      : nullptr);
  if (!group) {
    return std::unexpected(to_error(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, "sending offsets",
                                    "the consumer is in no group"));
  }
  const PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const ConsumedOffset& consumed : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), consumed.topic.c_str(), consumed.partition)
        ->offset = consumed.next;
  }
  // The one call that cannot be taken up again: it gets the whole time at once.
  auto error = take(rd_kafka_send_offsets_to_transaction(client_.handle(), list.get(), group.get(),
                                                         static_cast<int>(patience.count())),
                    "send_offsets_to_transaction");
  if (!error) return {};
  return std::unexpected(std::move(*error));
}

std::expected<void, Error> Producer::commit(Milliseconds patience) {
  return persist(patience, {}, "commit_transaction",
                 [this] { return rd_kafka_commit_transaction(client_.handle(), try_ms); });
}

std::expected<void, Error> Producer::abort(Milliseconds patience) {
  return persist(patience, {}, "abort_transaction",
                 [this] { return rd_kafka_abort_transaction(client_.handle(), try_ms); });
}

}  // namespace huiyin::kafka
