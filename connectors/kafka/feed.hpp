// Reads partitions of one topic from given places, without joining a group.
#pragma once

#include <chrono>
#include <expected>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "events/position.hpp"
#include "kafka/client.hpp"
#include "raii.hpp"

namespace huiyin::kafka {

enum class Isolation : std::uint8_t { committed, uncommitted };

struct FeedStart {
  events::Partition partition = 0;
  // A number, never "the beginning": that one librdkafka asks the broker for, and when it does not
  // know the leader yet it asks again after half a second.
  std::int64_t offset = 0;
};

enum class OffsetOf : std::uint8_t { beginning, end };

// One thread at a time.
class Feed {
 public:
  using Milliseconds = std::chrono::milliseconds;

  // `idle`: how long a broker holds a fetch that has nothing; an end is noticed after it.
  static std::expected<Feed, Error> open(const KafkaSettings& settings, std::string topic,
                                         Isolation isolation, Milliseconds idle);

  // Reads these from now on, and nothing else; what was fetched for others is dropped.
  std::expected<void, Error> assign(std::span<const FeedStart> starts);

  // A record, an end (RD_KAFKA_RESP_ERR__PARTITION_EOF, with the offset where it is) or an error;
  // null when there was nothing in that time.
  Message poll(Milliseconds patience);

  // The offset after the last thing that was read, markers of transactions included; negative
  // before anything was.
  std::int64_t position(events::Partition partition) const;

  // From the position to the end that the last fetch told of; 0 before any. Asks nobody.
  std::int64_t distance(events::Partition partition) const;

  // Up to where the topic is written: the high watermark of an uncommitted feed, the end of the
  // last finished transaction of a committed one.
  std::expected<std::int64_t, Error> end(events::Partition partition, Milliseconds patience) const;

 private:
  Feed(Client client, KafkaSettings settings, ClientOptions options, std::string topic)
      : client_(std::move(client)),
        settings_(std::move(settings)),
        options_(std::move(options)),
        topic_(std::move(topic)) {}

  Client client_;
  KafkaSettings settings_;
  ClientOptions options_;
  std::string topic_;
  bool assigned_ = false;
};

// Where a partition begins or ends, by any consumer's handle; ends as Feed::end says. Thread-safe.
std::expected<std::int64_t, Error> ask_offset(rd_kafka_s* handle, const std::string& topic,
                                              events::Partition partition, OffsetOf which,
                                              Feed::Milliseconds patience);

}  // namespace huiyin::kafka
