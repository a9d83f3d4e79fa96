#include "cluster/member.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

#include "errors.hpp"
#include "figures.hpp"
#include "kafka/topics.hpp"
#include "partition_engine.hpp"

namespace huiyin::cluster {
namespace {

constexpr std::chrono::milliseconds poll_step{100};

}  // namespace

class Member::Parts {
 public:
  Parts(kafka::KafkaLog& log, projections::ViewStore& views, ViewFollower& follower,
        const engine::Definitions& definitions, engine::IdSource& ids, Gateway& gateway,
        MemberOptions options)
      : options_(std::move(options)),
        shared_{log,
                views,
                follower,
                definitions,
                ids,
                gateway,
                options_,
                nullptr,
                kafka::topic_name(options_.settings, kafka::Topic::commands),
                kafka::topic_name(options_.settings, kafka::Topic::outcomes),
                kafka::topic_name(options_.settings, kafka::Topic::deadletter)} {}

  ~Parts() { stop(); }

  std::expected<void, kafka::Error> start() {
    auto group = kafka::Client::make(
        options_.settings,
        {.kind = kafka::ClientKind::consumer,
         .defaults = {{"session.timeout.ms", "10000"}, {"heartbeat.interval.ms", "2000"}},
         .fixed = {{"group.id", options_.settings.prefix + "." + options_.deployment + ".engines"},
                   // Eager: a rebalance gives all partitions back first, so that no two instances
                   // ever believe that they own one (librdkafka 2.0.2 keeps a stale generation for
                   // partitions that stay, with the cooperative protocol).
                   {"partition.assignment.strategy", "range"},
                   {"enable.auto.commit", "false"},
                   {"enable.auto.offset.store", "false"},
                   {"auto.offset.reset", "earliest"},
                   {"isolation.level", "read_committed"},
                   {"allow.auto.create.topics", "false"}},
         .on_delivery = {},
         .on_rebalance = [this](int code, rd_kafka_topic_partition_list_t& partitions) {
           rebalance(code, partitions);
         }});
    if (!group) return std::unexpected(group.error());
    group_.emplace(std::move(*group));
    shared_.group = group_->handle();
    const kafka::PartitionList topics(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(topics.get(), shared_.commands_topic.c_str(),
                                      RD_KAFKA_PARTITION_UA);
    const auto code = rd_kafka_subscribe(group_->handle(), topics.get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return std::unexpected(kafka::to_error(code, "joining the group of engines"));
    polling_ = std::thread([this] { poll(); });
    return {};
  }

  MemberFigures figures() const {
    const std::lock_guard lock(mutex_);
    MemberFigures out;
    out.commands = commands_;
    out.dead_letters = dead_letters_;
    out.rewinds = rewinds_;
    out.runtime = gone_;
    for (const auto& [partition, engine] : engines_) {
      (engine->deciding() ? out.owned : out.taking).push_back(partition);
      out.commands += engine->commands();
      out.dead_letters += engine->dead_letters();
      out.rewinds += engine->rewinds();
      out.lag += engine->lag();
      const auto snapshot = engine->snapshot();
      add_counters(out.runtime, snapshot);
      add_gauges(out.runtime, snapshot);
    }
    return out;
  }

  void stop() {
    const std::lock_guard once(stopping_mutex_);
    if (!polling_.joinable()) return;
    stopping_ = true;
    polling_.join();
    // Gives the partitions back through rebalance(), and leaves the group.
    rd_kafka_consumer_close(group_->handle());
    give_back();
  }

 private:
  void poll() {
    while (!stopping_) {
      const kafka::Message message(
          rd_kafka_consumer_poll(group_->handle(), static_cast<int>(poll_step.count())));
      if (message && message->err != RD_KAFKA_RESP_ERR_NO_ERROR && options_.on_problem)
        options_.on_problem("group", -1, rd_kafka_message_errstr(message.get()));
    }
  }

  // On the polling thread, or the one that closes.
  void rebalance(int code, rd_kafka_topic_partition_list_t& partitions) {
    give_back();
    if (code != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      rd_kafka_assign(group_->handle(), nullptr);
      return;
    }
    // The group's consumer itself reads nothing: each partition's own does.
    rd_kafka_assign(group_->handle(), &partitions);
    rd_kafka_pause_partitions(group_->handle(), &partitions);
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < partitions.cnt; ++i) {
      const auto partition = static_cast<events::Partition>(partitions.elems[i].partition);
      engines_.emplace(partition, std::make_unique<PartitionEngine>(shared_, partition));
    }
  }

  // All stop at once, then each is waited for; until then figures() still counts them.
  void give_back() {
    for (const auto& [partition, engine] : engines_) engine->ask_to_stop();
    for (const auto& [partition, engine] : engines_) engine->join();
    std::map<events::Partition, std::unique_ptr<PartitionEngine>> ended;
    const std::lock_guard lock(mutex_);
    ended.swap(engines_);
    for (const auto& [partition, engine] : ended) {
      commands_ += engine->commands();
      dead_letters_ += engine->dead_letters();
      rewinds_ += engine->rewinds();
      add_counters(gone_, engine->snapshot());
    }
  }

  const MemberOptions options_;
  Shared shared_;
  std::optional<kafka::Client> group_;
  std::thread polling_;
  std::mutex stopping_mutex_;
  std::atomic<bool> stopping_ = false;

  mutable std::mutex mutex_;  // of all below
  // Changed only by whoever polls, or closes after that: they may look without the mutex.
  std::map<events::Partition, std::unique_ptr<PartitionEngine>> engines_;
  std::uint64_t commands_ = 0, dead_letters_ = 0, rewinds_ = 0;  // of engines that are gone
  engine::RuntimeSnapshot gone_;                                 // likewise
};

Member::Member(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Member::~Member() = default;

std::expected<std::unique_ptr<Member>, kafka::Error> Member::start(
    kafka::KafkaLog& log, projections::ViewStore& views, ViewFollower& follower,
    const engine::Definitions& definitions, engine::IdSource& ids, Gateway& gateway,
    MemberOptions options) {
  auto parts =
      std::make_unique<Parts>(log, views, follower, definitions, ids, gateway, std::move(options));
  if (auto started = parts->start(); !started) return std::unexpected(started.error());
  return std::unique_ptr<Member>(new Member(std::move(parts)));
}

MemberFigures Member::figures() const { return parts_->figures(); }
void Member::stop() { parts_->stop(); }

}  // namespace huiyin::cluster
