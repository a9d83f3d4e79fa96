// The log of record in Kafka: the port `events::EventLog` over the topic PREFIX.events, or the
// registry's over PREFIX.registry.
//
// Reads, ends and single records come from a mirror on this machine (a local log that can be
// fetched again), so that both modes replay alike. Writing takes ownership of a partition first:
//
//   auto log = KafkaLog::open(settings, {.mirror = data / "log", .deployment = "hunan"});
//   log->take_over(p);          // fences the last owner, then reads up to the high watermark
//   log->transact(p, records, {.records = outcomes, .consumed = offsets, .consumer = handle});
//   log->release(p);
//
// What may be relied on:
// - transact is one Kafka transaction: all of it or nothing is there for readers, and the consumed
//   offsets with it. On return the records are in the mirror too.
// - `aborted`: surely nothing was written; the partition is still owned unless owns() says no.
//   `full`: this machine's disk cannot take the mirror's share; nothing was written.
//   `fenced`: another instance has taken the partition over, or it was never taken over here.
//   `unavailable`: it is unknown whether it was written. After both the partition is not owned:
//   drop what was decided upon, and take it over anew, which finds out.
// - An open transaction of a process that died is ended by the next take_over, or by the broker
//   after transaction.timeout.ms.
//
// Threads: reading as the port says. transact, take_over and release of different partitions may
// run at once, of one partition they wait for each other. They block: never call them from an I/O
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "events/event_log.hpp"
#include "kafka/error.hpp"
#include "kafka/settings.hpp"
#include "kafka/topics.hpp"

struct rd_kafka_s;  // NOLINT(readability-identifier-naming): librdkafka's rd_kafka_t

namespace huiyin::kafka {

struct KafkaLogOptions {
  using Milliseconds = std::chrono::milliseconds;

  Topic topic = Topic::events;       // or registry
  std::filesystem::path mirror;      // its folder; made where there is none
  std::string deployment = "local";  // transactional ids are PREFIX.DEPLOYMENT.PARTITION
  events::Partition partitions = 0;  // what the topic must have; 0: as it has
  Milliseconds connect_patience{10'000};
  // init_transactions waits for a predecessor's transaction to time out.
  Milliseconds fence_patience{60'000};
  // A take-over fails when it has not come further for so long: an open transaction of an id that
  // nobody uses any more.
  Milliseconds stall_patience{60'000};
  Milliseconds commit_patience{30'000};
};

// Beside the events, in the same transaction: outcomes, view changes.
struct ExtraRecord {
  std::string topic;  // the whole name
  std::int32_t partition = 0;
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  std::optional<std::string> value;  // nothing: a tombstone
};

// What was consumed: the next offset that is to be read.
struct ConsumedOffset {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t next = 0;
};

struct TransactionExtras {
  std::span<const ExtraRecord> records;
  // Of each event's command; empty, or as many as there are events. Negative: none.
  std::span<const std::int64_t> command_offsets;
  std::span<const ConsumedOffset> consumed;
  rd_kafka_s* consumer = nullptr;  // whose group consumed; needed with `consumed`
};

struct FollowListener {
  // The partition has grown. From the follower's thread, which waits meanwhile.
  std::function<void(events::Partition, events::Sequence end)> on_end;
  // `corrupt`: the partition is followed no further. Otherwise it goes on by itself.
  std::function<void(events::Partition, const events::LogError&)> on_problem;
};

// For metrics; counts since the log was opened.
struct KafkaFigures {
  std::uint64_t transactions = 0;
  std::uint64_t transaction_microseconds = 0;
  std::uint64_t aborts = 0;
  std::uint64_t fences = 0;
  std::uint64_t take_overs = 0;
  std::uint64_t restored_events = 0;  // read into the mirror by take-overs
  std::uint64_t followed_events = 0;  // and by following
};

class KafkaLog final : public events::EventLog {
 public:
  // `missing`: no such topic. `unavailable`: the cluster does not answer (try again), a setting
  // that librdkafka refuses, another number of partitions, a mirror in use by another process.
  // `corrupt`, `full`: of the mirror.
  static std::expected<std::unique_ptr<KafkaLog>, events::LogError> open(KafkaSettings settings,
                                                                         KafkaLogOptions options);
  ~KafkaLog() override;
  KafkaLog(const KafkaLog&) = delete;
  KafkaLog& operator=(const KafkaLog&) = delete;

  events::Partition partitions() const override;
  events::Sequence end(events::Partition partition) const override;
  std::unique_ptr<events::LogReader> read(events::Partition partition,
                                          events::Sequence from) const override;
  std::expected<std::string, events::LogError> get(events::Position position) const override;

  // Reads these partitions into the mirror from now on, by a thread of its own; those that are
  // owned come by transact. Once; ends with the log.
  std::expected<void, events::LogError> follow(std::vector<events::Partition> partitions,
                                               FollowListener listener);
  // The listener is called no more when this returns. Not while partitions are taken over or
  // released.
  void end_follow();
  // Records and markers between the mirror and the topic's end, as of the last look; nothing before
  // every followed partition has been looked at. 0: the mirror is current.
  std::optional<std::uint64_t> behind() const;

  // Reads the partition into the mirror up to where the topic is written now; fences nobody.
  std::expected<void, events::LogError> catch_up(events::Partition partition,
                                                 const std::function<bool()>& stop = {});

  // Makes this instance the partition's only writer, with a mirror that is current. Nothing to do
  // when it is already. `stop` is asked now and then: true gives up.
  std::expected<void, events::LogError> take_over(events::Partition partition,
                                                  const std::function<bool()>& stop = {});
  void release(events::Partition partition);
  bool owns(events::Partition partition) const;

  // One transaction on the owner of the first record's partition. All partitions of the records
  // must be owned. Only that first one is fenced: where several instances write, each batch must be
  // of one partition (a batch over several is for whoever has the cluster alone, as `log copy`).
  std::expected<void, events::LogError> append(std::span<const events::LogRecord> records) override;
  // By the owner of `partition`, also without records: offsets alone, for example.
  std::expected<void, events::LogError> transact(events::Partition partition,
                                                 std::span<const events::LogRecord> records,
                                                 const TransactionExtras& extras);

  // The highest commandoffset among the partition's events in the mirror.
  std::optional<std::int64_t> last_command_offset(events::Partition partition) const;

  KafkaFigures figures() const;

 private:
  struct State;
  class Transaction;
  explicit KafkaLog(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace huiyin::kafka
