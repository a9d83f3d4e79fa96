#include "topic_table.hpp"

#include <array>
#include <charconv>

namespace huiyin::kafka {
namespace {

constexpr bool vital = true;

// The truth: never expires, and never compacted, which would keep one event of each case.
constexpr std::array for_ever{
    TopicSetting{"cleanup.policy", "delete", Rule::equal, vital},
    TopicSetting{"retention.ms", "-1", Rule::equal, vital},
    TopicSetting{"retention.bytes", "-1", Rule::equal, vital},
};
// Longer than the longest outage: offsets say what has been done, and what has expired is lost.
constexpr std::array thirty_days{
    TopicSetting{"cleanup.policy", "delete", Rule::equal, vital},
    TopicSetting{"retention.ms", "2592000000", Rule::at_least},
    TopicSetting{"retention.bytes", "-1", Rule::equal},
};
// Answers that gateways wait for; a segment must close before it can expire.
constexpr std::array an_hour{
    TopicSetting{"cleanup.policy", "delete", Rule::equal},
    TopicSetting{"retention.ms", "3600000", Rule::at_least},
    TopicSetting{"segment.ms", "600000", Rule::at_least},
};
constexpr std::array quarter_of_a_year{
    TopicSetting{"cleanup.policy", "delete", Rule::equal},
    TopicSetting{"retention.ms", "7776000000", Rule::at_least},
};
constexpr std::array latest_per_key{
    TopicSetting{"cleanup.policy", "compact", Rule::equal, vital},
};
// A key that was destroyed must be gone from the disks soon, not when a segment happens to fill.
constexpr std::array latest_within_a_day{
    TopicSetting{"cleanup.policy", "compact", Rule::equal, vital},
    TopicSetting{"max.compaction.lag.ms", "86400000", Rule::equal},
    TopicSetting{"segment.ms", "21600000", Rule::equal},
};

constexpr std::array plans{
    TopicPlan{Topic::commands, "commands", true, thirty_days},
    TopicPlan{Topic::events, "events", true, for_ever},
    TopicPlan{Topic::outcomes, "outcomes", true, an_hour},
    TopicPlan{Topic::registry, "registry", false, for_ever},
    TopicPlan{Topic::registry_commands, "registry.commands", false, thirty_days},
    TopicPlan{Topic::keys, "keys", false, latest_within_a_day},
    TopicPlan{Topic::view_status, "view.status", true, latest_per_key},
    TopicPlan{Topic::view_overdue, "view.overdue", true, latest_per_key},
    TopicPlan{Topic::view_load, "view.load", true, latest_per_key},
    TopicPlan{Topic::deadletter, "deadletter", true, quarter_of_a_year},
};
static_assert(plans.size() == topic_count);

// unclean…: a copy that lags must not become the truth. CreateTime: a record's time is the event's.
constexpr std::array common{
    TopicSetting{"message.timestamp.type", "CreateTime", Rule::equal},
    TopicSetting{"unclean.leader.election.enable", "false", Rule::equal},
};

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::span<const TopicPlan> topic_plans() { return plans; }
std::span<const TopicSetting> common_settings() { return common; }

// Two of three: one broker may fail and nothing that was acknowledged is on a single disk.
std::string min_insync_replicas(int replication) { return replication >= 3 ? "2" : "1"; }

bool satisfies(const TopicSetting& wanted, std::string_view actual) {
  if (wanted.rule == Rule::equal) return actual == wanted.value;
  const auto is = number(actual);
  const auto least = number(wanted.value);
  return is && least && (*is == -1 || *is >= *least);
}

std::string topic_name(const KafkaSettings& settings, Topic topic) {
  return settings.prefix + "." + std::string(plans[static_cast<std::size_t>(topic)].suffix);
}

}  // namespace huiyin::kafka
