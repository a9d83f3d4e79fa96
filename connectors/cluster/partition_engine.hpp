// One partition that this instance owns: a thread that takes it over, reads its commands and hands
// them to a runtime, whose batches it turns into transactions.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cluster/member.hpp"
#include "engine/commit_port.hpp"
#include "feed.hpp"
#include "projections/load_counts.hpp"
#include "records.hpp"

namespace huiyin::cluster {

// What the partitions of an instance share.
struct Shared {
  kafka::KafkaLog& log;
  projections::ViewStore& views;
  ViewFollower& follower;
  const engine::Definitions& definitions;
  engine::IdSource& ids;
  Gateway& gateway;  // takes follow-ups
  const MemberOptions& options;
  rd_kafka_s* group = nullptr;  // the consumer that is the group's member
  std::string commands_topic, outcomes_topic, deadletter_topic;
};

class PartitionEngine final : public engine::AnswerSink,
                              public engine::CommitPort<engine::CaseKind> {
 public:
  PartitionEngine(const Shared& shared, events::Partition partition);
  ~PartitionEngine();  // stops, and waits for it

  // Only asks, so that several stop at once.
  void ask_to_stop() { stopping_ = true; }
  void join();

  events::Partition partition() const { return partition_; }
  bool deciding() const { return deciding_; }
  std::uint64_t lag() const { return lag_; }
  std::uint64_t commands() const { return commands_; }
  std::uint64_t dead_letters() const { return dead_letters_; }
  std::uint64_t rewinds() const { return rewinds_; }
  // What all of its runtimes have counted, one after the other, and how the present one stands.
  engine::RuntimeSnapshot snapshot() const;

  void answered(std::span<engine::Answered> answers) override;
  std::expected<void, events::LogError> commit(
      const engine::Durable<engine::CaseKind>& batch) override;

 private:
  // A command that was handed to the runtime.
  struct Taken {
    std::int64_t offset = 0;
    std::string key;
    ReturnAddress from;
  };

  void run();
  std::expected<void, std::string> own();  // until it is lost or given back
  std::expected<void, std::string> take_over();
  std::expected<void, std::string> catch_up_views();
  std::expected<std::int64_t, std::string> first_offset() const;
  std::expected<void, std::string> feed(kafka::Feed& commands);
  std::expected<void, std::string> give(const rd_kafka_message_t& message);
  std::expected<void, std::string> bury(const rd_kafka_message_t& message,
                                        const std::string& reason);
  std::expected<void, std::string> rewind(kafka::Feed& commands);
  bool wait_until_answered();
  void complain(std::string_view event, std::string_view detail) const;

  std::expected<void, events::LogError> transact(std::span<const events::LogRecord> records,
                                                 std::span<const kafka::ExtraRecord> extras,
                                                 std::span<const std::int64_t> command_offsets,
                                                 std::int64_t next);

  const Shared& shared_;
  const events::Partition partition_;
  std::atomic<bool> stopping_ = false, deciding_ = false, lost_ = false;
  std::atomic<std::uint64_t> lag_ = 0, commands_ = 0, dead_letters_ = 0, rewinds_ = 0;
  std::atomic<std::uint64_t> outstanding_ = 0;  // given to the runtime, not answered
  events::json::Parser parser_;

  std::mutex committing_;    // one transaction at a time; of the next five
  std::deque<Taken> taken_;  // in order; the first has number first_taken_
  std::uint64_t first_taken_ = 0;
  std::int64_t next_offset_ = 0;  // what the next transaction leaves to be read
  projections::LoadCounts load_;
  bool refusing_ = false;  // a transaction failed: nothing is taken until it is read again

  mutable std::mutex runtime_mutex_;  // of the next two; only the thread changes them
  std::unique_ptr<engine::Runtime> runtime_;
  engine::RuntimeSnapshot ended_;  // counters of runtimes that are gone
  std::thread thread_;
};

}  // namespace huiyin::cluster
