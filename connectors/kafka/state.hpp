// What an open log in Kafka holds.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>

#include "feed.hpp"
#include "follower.hpp"
#include "kafka/kafka_log.hpp"
#include "mirror.hpp"
#include "producer.hpp"

namespace huiyin::kafka {

struct Counters {
  std::atomic<std::uint64_t> transactions, transaction_microseconds, aborts, fences, take_overs,
      restored_events;
};

// One partition's right to write. `mutex` is held for a whole transaction.
struct Owner {
  std::mutex mutex;
  std::unique_ptr<Producer> producer;  // there is one exactly while the partition is owned
  std::atomic<bool> owned = false;
  std::vector<std::int64_t> delivered;  // the last offset per partition in the transaction of now
};

struct KafkaLog::State {
  void drop(Owner& owner) {
    owner.owned = false;
    owner.producer.reset();
    if (follower) follower->refresh();
  }

  // Reads up to the high watermark.
  std::expected<void, events::LogError> restore(events::Partition partition,
                                                const std::function<bool()>& stop);

  KafkaSettings settings;
  KafkaLogOptions options;
  std::string topic;
  std::unique_ptr<Mirror> mirror;
  std::optional<Feed> probe;  // reads uncommitted
  std::deque<Owner> owners;   // by partition
  Counters counters;
  std::unique_ptr<Follower> follower;  // last: it ends first
};

}  // namespace huiyin::kafka
