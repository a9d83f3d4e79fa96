// What each topic must be, in one table.
#pragma once

#include <span>
#include <string_view>

#include "kafka/topics.hpp"

namespace huiyin::kafka {

enum class Rule : std::uint8_t {
  equal,
  at_least,  // of numbers; -1 is without end
};

struct TopicSetting {
  std::string_view name;
  std::string_view value;
  Rule rule = Rule::equal;
  bool vital = false;
};

struct TopicPlan {
  Topic topic;
  std::string_view suffix;
  // As many partitions as the log, so that who owns one writes one of each; otherwise one.
  bool per_partition;
  std::span<const TopicSetting> settings;
};

std::span<const TopicPlan> topic_plans();

// Of every topic beside its plan. min.insync.replicas depends on the copies: see there.
std::span<const TopicSetting> common_settings();
std::string min_insync_replicas(int replication);

bool satisfies(const TopicSetting& wanted, std::string_view actual);

}  // namespace huiyin::kafka
