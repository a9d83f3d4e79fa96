#include "kafka/topics.hpp"

#include <algorithm>
#include <thread>

#include "admin.hpp"
#include "raii.hpp"
#include "topic_table.hpp"

namespace huiyin::kafka {
namespace {

struct Situation {
  int replication = 1;
  std::map<std::string, TopicState> topics;
};

std::vector<std::string> all_names(const KafkaSettings& settings) {
  std::vector<std::string> names;
  for (const TopicPlan& plan : topic_plans()) names.push_back(topic_name(settings, plan.topic));
  return names;
}

std::expected<Situation, Error> look(const Admin& admin, const KafkaSettings& settings) {
  Situation now;
  const auto brokers = admin.brokers();
  if (!brokers) return std::unexpected(brokers.error());
  now.replication = settings.replication > 0 ? settings.replication : std::min(3, *brokers);
  auto topics = admin.describe(all_names(settings));
  if (!topics) return std::unexpected(topics.error());
  now.topics = std::move(*topics);
  return now;
}

int partitions_of(const TopicPlan& plan, events::Partition partitions) {
  return plan.per_partition ? partitions : 1;
}

void compare(const std::string& name, const TopicPlan& plan, const TopicState& state,
             const Situation& now, events::Partition partitions,
             std::vector<TopicDifference>& into) {
  if (const int wanted = partitions_of(plan, partitions); state.partitions != wanted) {
    into.push_back(
        {name, "partitions", std::to_string(state.partitions), std::to_string(wanted), true});
  }
  if (state.replication < now.replication) {
    into.push_back({name, "replication", std::to_string(state.replication),
                    "at least " + std::to_string(now.replication), false});
  }
  const auto check = [&](const TopicSetting& wanted) {
    const auto found = state.settings.find(std::string(wanted.name));
    const std::string is = found == state.settings.end() ? "not known here" : found->second;
    if (satisfies(wanted, is)) return;
    into.push_back({name, std::string(wanted.name), is,
                    (wanted.rule == Rule::at_least ? "at least " : "") + std::string(wanted.value),
                    wanted.vital});
  };
  for (const TopicSetting& wanted : plan.settings) check(wanted);
  for (const TopicSetting& wanted : common_settings()) check(wanted);
  const std::string in_sync = min_insync_replicas(now.replication);
  check({"min.insync.replicas", in_sync, Rule::at_least});
}

std::expected<std::vector<TopicDifference>, Error> check(const Admin& admin,
                                                         const KafkaSettings& settings,
                                                         events::Partition partitions,
                                                         Situation& now) {
  std::vector<TopicDifference> differences;
  if (auto described = admin.describe_settings(now.topics); !described)
    return std::unexpected(described.error());
  for (const TopicPlan& plan : topic_plans()) {
    const std::string name = topic_name(settings, plan.topic);
    const auto found = now.topics.find(name);
    if (found == now.topics.end())
      differences.push_back({name, "", "", "", true});
    else
      compare(name, plan, found->second, now, partitions, differences);
  }
  return differences;
}

TopicToMake to_make(const KafkaSettings& settings, const TopicPlan& plan, int replication,
                    events::Partition partitions) {
  TopicToMake topic{.name = topic_name(settings, plan.topic),
                    .partitions = partitions_of(plan, partitions),
                    .replication = replication,
                    .settings = {{"min.insync.replicas", min_insync_replicas(replication)}}};
  for (const TopicSetting& s : plan.settings)
    topic.settings.emplace(std::string(s.name), std::string(s.value));
  for (const TopicSetting& s : common_settings())
    topic.settings.emplace(std::string(s.name), std::string(s.value));
  return topic;
}

// What differs in topics that may just have been made: those are not known to every broker at once.
std::expected<std::vector<TopicDifference>, Error> check_made(const Admin& admin,
                                                              const KafkaSettings& settings,
                                                              TopicsRequest request) {
  const auto until = std::chrono::steady_clock::now() + request.patience;
  for (;;) {
    auto now = look(admin, settings);
    const bool there =
        now && now->topics.size() == topic_count &&
        std::ranges::all_of(now->topics, [](const auto& topic) { return topic.second.leaders; });
    const bool over = std::chrono::steady_clock::now() > until;
    if (there || over) {
      if (!now) return std::unexpected(now.error());
      auto differences = check(admin, settings, request.partitions, *now);
      if (differences || over ||
          differences.error().code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        return differences;
    } else if (!now && now.error().kind != ErrorClass::retriable) {
      return std::unexpected(now.error());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace

std::string to_text(const TopicDifference& difference) {
  if (difference.setting.empty()) return difference.topic + ": there is no such topic";
  return difference.topic + ": " + difference.setting + " is " + difference.is + ", must be " +
         difference.should_be;
}

std::expected<std::vector<TopicDifference>, Error> check_topics(const KafkaSettings& settings,
                                                                TopicsRequest request) {
  const auto admin = Admin::connect(settings, request.patience);
  if (!admin) return std::unexpected(admin.error());
  auto now = look(*admin, settings);
  if (!now) return std::unexpected(now.error());
  return check(*admin, settings, request.partitions, *now);
}

std::expected<TopicsMade, Error> create_topics(const KafkaSettings& settings,
                                               TopicsRequest request) {
  const auto admin = Admin::connect(settings, request.patience);
  if (!admin) return std::unexpected(admin.error());
  auto now = look(*admin, settings);
  if (!now) return std::unexpected(now.error());
  std::vector<TopicToMake> missing;
  for (const TopicPlan& plan : topic_plans()) {
    if (now->topics.contains(topic_name(settings, plan.topic))) continue;
    missing.push_back(to_make(settings, plan, now->replication, request.partitions));
  }
  auto created = admin->create(missing);
  if (!created) return std::unexpected(created.error());
  auto differences = check_made(*admin, settings, request);
  if (!differences) return std::unexpected(differences.error());
  return TopicsMade{std::move(*created), std::move(*differences)};
}

std::expected<std::optional<std::string>, Error> check_for_start(const KafkaSettings& settings,
                                                                 TopicsRequest request) {
  const auto differences = check_topics(settings, request);
  if (!differences) return std::unexpected(differences.error());
  std::string missing;
  std::string wrong;
  for (const TopicDifference& difference : *differences) {
    if (difference.setting.empty())
      missing += (missing.empty() ? "" : ", ") + difference.topic;
    else if (difference.vital)
      wrong += (wrong.empty() ? "" : "; ") + to_text(difference);
  }
  if (!missing.empty()) {
    return "topics are missing at " + settings.bootstrap + ": " + missing +
           ". `huiyin topics create` makes them.";
  }
  if (!wrong.empty()) {
    return "topics at " + settings.bootstrap + " would lose or misplace events: " + wrong +
           ". `huiyin topics check` says all that differs.";
  }
  return std::nullopt;
}

}  // namespace huiyin::kafka
