// What the cluster says of itself and of topics.
#pragma once

#include <chrono>
#include <expected>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "kafka/client.hpp"

namespace huiyin::kafka {

struct TopicState {
  int partitions = 0;
  int replication = 0;                          // of the partition that has the fewest copies
  bool leaders = true;                          // every partition has one
  std::map<std::string, std::string> settings;  // only from describe_settings
};

struct TopicToMake {
  std::string name;
  int partitions = 1;
  int replication = 1;
  std::map<std::string, std::string> settings;
};

// Over a consumer's handle: a producer's makes topics by asking for them, where brokers allow it.
// All block up to `patience`.
class Admin {
 public:
  using Patience = std::chrono::milliseconds;

  static std::expected<Admin, Error> connect(const KafkaSettings& settings, Patience patience);

  std::expected<int, Error> brokers() const;
  // The topics of these that are there.
  std::expected<std::map<std::string, TopicState>, Error> describe(
      std::span<const std::string> topics) const;
  // Adds what the cluster has set for each.
  std::expected<void, Error> describe_settings(std::map<std::string, TopicState>& topics) const;
  // The names of those that it made; the others were there.
  std::expected<std::vector<std::string>, Error> create(std::span<const TopicToMake> topics) const;

 private:
  Admin(Client client, Patience patience) : client_(std::move(client)), patience_(patience) {}

  Client client_;
  Patience patience_;
};

}  // namespace huiyin::kafka
