// The topics of a deployment: what each must be, making them, and saying what differs.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "events/position.hpp"
#include "kafka/error.hpp"
#include "kafka/settings.hpp"

namespace huiyin::kafka {

enum class Topic : std::uint8_t {
  commands,
  events,
  outcomes,
  registry,
  registry_commands,
  keys,
  view_status,
  view_overdue,
  view_load,
  deadletter,
};
inline constexpr std::size_t topic_count = 10;

// "huiyin.view.status".
std::string topic_name(const KafkaSettings& settings, Topic topic);

// One setting of one topic that is not what it must be.
struct TopicDifference {
  std::string topic;
  std::string setting;  // "cleanup.policy", "partitions", "replication"; empty: no such topic
  std::string is;
  std::string should_be;  // "delete", "at least 2"
  // Events could be lost or go to the wrong partition: nobody may start on it.
  bool vital = false;

  bool operator==(const TopicDifference&) const = default;
};
// "huiyin.events: cleanup.policy is compact, must be delete".
std::string to_text(const TopicDifference& difference);

struct TopicsRequest {
  events::Partition partitions = events::default_partitions;
  std::chrono::milliseconds patience{10'000};  // for the cluster to answer
};

// What differs; empty when all is right. Changes nothing. Blocks; thread-safe.
std::expected<std::vector<TopicDifference>, Error> check_topics(const KafkaSettings& settings,
                                                                TopicsRequest request);

struct TopicsMade {
  std::vector<std::string> created;  // the others were there, and are as they were
  std::vector<TopicDifference> differences;
};
// Makes the topics that are missing, then checks all. May be repeated, and run twice at once.
std::expected<TopicsMade, Error> create_topics(const KafkaSettings& settings,
                                               TopicsRequest request);

// Why a node must not start on these topics, with the command that helps; nothing when it may.
std::expected<std::optional<std::string>, Error> check_for_start(const KafkaSettings& settings,
                                                                 TopicsRequest request);

}  // namespace huiyin::kafka
