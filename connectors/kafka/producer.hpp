// A transactional producer: librdkafka's calls with the retries that it asks for.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "kafka/client.hpp"
#include "kafka/kafka_log.hpp"
#include "raii.hpp"

namespace huiyin::kafka {

struct OutgoingRecord {
  const std::string& topic;
  std::int32_t partition = 0;
  std::string_view key;
  std::optional<std::string_view> value;  // nothing: a tombstone
  std::int64_t timestamp_ms = 0;          // 0: now
  Headers headers;
  std::int64_t* delivered = nullptr;  // gets the offset; must live until commit or abort is through
};

// One thread at a time. The errors' classes say what to do: see docs/adr/0013.
class Producer {
 public:
  using Milliseconds = std::chrono::milliseconds;
  using Stop = std::function<bool()>;

  static std::expected<Producer, Error> make(const KafkaSettings& settings,
                                             const std::string& transactional_id);

  // Ends what an earlier producer of this id left open, and fences it.
  std::expected<void, Error> init(Milliseconds patience, const Stop& stop);
  std::expected<void, Error> begin();
  // Waits while librdkafka's queue is full. `other` for a record that no broker would take.
  std::expected<void, Error> produce(OutgoingRecord record, Milliseconds patience);
  std::expected<void, Error> send_offsets(std::span<const ConsumedOffset> offsets,
                                          rd_kafka_s* consumer, Milliseconds patience);
  // retriable: the time is over and nobody knows whether it was committed.
  std::expected<void, Error> commit(Milliseconds patience);
  std::expected<void, Error> abort(Milliseconds patience);

 private:
  // Kept for as long as the producer is: the first record of a topic that is not known yet takes a
  // second (librdkafka before 2.10.1).
  struct KnownTopic {
    TopicHandle handle;
    std::int32_t partitions = 0;
  };

  explicit Producer(Client client) : client_(std::move(client)) {}
  std::expected<KnownTopic*, Error> topic(const std::string& name, Milliseconds patience);

  Client client_;
  std::map<std::string, KnownTopic> topics_;  // gone before the client is
};

}  // namespace huiyin::kafka
