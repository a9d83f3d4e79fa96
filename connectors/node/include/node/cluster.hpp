// A node's part in a Kafka cluster: the log that it mirrors, and what its roles need.
#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "cluster/broker_watch.hpp"
#include "cluster/gateway.hpp"
#include "cluster/key_topic.hpp"
#include "cluster/member.hpp"
#include "cluster/view_follower.hpp"
#include "kafka/kafka_log.hpp"
#include "node/complaints.hpp"
#include "node/settings.hpp"

namespace huiyin::node {

class Cluster {
 public:
  struct World {
    kafka::KafkaLog& log;
    projections::ViewStore& views;
    const engine::Definitions& definitions;
    engine::IdSource& ids;
    keys::Vault& vault;
    std::function<std::shared_ptr<const engine::Facts>(engine::Command&)> facts;
    std::function<void()> grown;  // the mirror has more; must be quick
  };

  // Waits for the cluster, not for partitions: not_ready() tells how far it is. The world outlives
  // it. An error is a sentence.
  static std::expected<std::unique_ptr<Cluster>, std::string> start(const Settings& settings,
                                                                    World world);
  ~Cluster();

  // Commands through Kafka: the gateway's, which every role needs for follow-ups.
  engine::CaseCommands& commands() { return *gateway_; }
  engine::RuntimeSnapshot snapshot() const;
  std::optional<std::string> not_ready() const;

  struct Figures {
    cluster::GatewayFigures gateway;
    std::optional<cluster::MemberFigures> member;  // of engines
    kafka::KafkaFigures log;
    std::optional<std::uint64_t> behind;  // records between mirror and topic
  };
  Figures figures() const;

  // Answers what waits, gives the partitions back.
  void stop(std::chrono::milliseconds deadline);

 private:
  Cluster(const Settings& settings, World world);
  std::expected<void, std::string> begin();
  std::expected<void, std::string> join();
  void join_when_current(const std::stop_token& stop);
  // Null until it has joined the engines. Set once, by whoever joins.
  const cluster::Member* member() const { return joined_ ? member_.get() : nullptr; }

  const Settings& settings_;
  World world_;
  Complaints complaints_;
  std::unique_ptr<cluster::BrokerWatch> watch_;
  std::unique_ptr<cluster::ViewFollower> follower_;
  std::unique_ptr<cluster::KeyTopic> keys_;  // of gateways and query nodes
  std::unique_ptr<cluster::Gateway> gateway_;
  std::unique_ptr<cluster::Member> member_;
  std::atomic<bool> joined_ = false;  // member_ may be looked at
  std::jthread joining_;              // ends before all above
};

// The settings with librdkafka's words going to our log, the same ones once a minute.
kafka::KafkaSettings with_log(kafka::KafkaSettings settings);

// Opens the log of a node with [kafka]: its mirror below data/log. Waits `patience` for a broker.
std::expected<std::unique_ptr<kafka::KafkaLog>, std::string> open_kafka_log(
    const Settings& settings, std::chrono::milliseconds patience);

}  // namespace huiyin::node
