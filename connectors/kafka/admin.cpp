#include "admin.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "errors.hpp"

namespace huiyin::kafka {
namespace {

int milliseconds(Admin::Patience patience) { return static_cast<int>(patience.count()); }

// The one answer to an admin request.
std::expected<Event, Error> answer(rd_kafka_queue_t& queue, Admin::Patience patience,
                                   std::string_view tried) {
  // librdkafka answers by itself when the request's own time is over.
  Event event(rd_kafka_queue_poll(&queue, milliseconds(patience) + 5'000));
  if (!event) return std::unexpected(to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, tried));
  if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(to_error(code, tried, rd_kafka_event_error_string(event.get())));
  return event;
}

std::expected<AdminOptions, Error> admin_options(rd_kafka_t* handle, rd_kafka_admin_op_t operation,
                                                 Admin::Patience patience) {
  AdminOptions options(rd_kafka_AdminOptions_new(handle, operation));
  std::array<char, 256> words{};
  auto code = rd_kafka_AdminOptions_set_request_timeout(options.get(), milliseconds(patience),
                                                        words.data(), words.size());
  // How long the brokers themselves wait for the topic to stand.
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR && operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
    code = rd_kafka_AdminOptions_set_operation_timeout(options.get(), milliseconds(patience),
                                                       words.data(), words.size());
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(to_error(code, "admin options", words.data()));
  return options;
}

TopicState to_state(const rd_kafka_metadata_topic_t& topic) {
  TopicState state{
      .partitions = topic.partition_cnt, .replication = 0, .leaders = true, .settings = {}};
  int least = std::numeric_limits<int>::max();
  for (int i = 0; i < topic.partition_cnt; ++i) {
    least = std::min(least, topic.partitions[i].replica_cnt);
    state.leaders = state.leaders && topic.partitions[i].leader >= 0;
  }
  state.replication = topic.partition_cnt > 0 ? least : 0;
  return state;
}

std::expected<NewTopic, Error> to_request(const TopicToMake& topic) {
  std::array<char, 256> words{};
  NewTopic made(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication,
                                      words.data(), words.size()));
  if (!made) {
    return std::unexpected(
        to_error(RD_KAFKA_RESP_ERR__INVALID_ARG, "topic " + topic.name, words.data()));
  }
  for (const auto& [name, value] : topic.settings) {
    const auto code = rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return std::unexpected(to_error(code, "topic " + topic.name + ", " + name));
  }
  return made;
}

}  // namespace

std::expected<Admin, Error> Admin::connect(const KafkaSettings& settings, Patience patience) {
  auto client = Client::make(settings, {.kind = ClientKind::consumer,
                                        .defaults = {},
                                        .fixed = {{"allow.auto.create.topics", "false"}},
                                        .on_delivery = {}});
  if (!client) return std::unexpected(client.error());
  return Admin(std::move(*client), patience);
}

std::expected<int, Error> Admin::brokers() const {
  const rd_kafka_metadata_t* given = nullptr;
  // No topic is asked for: none is known to this handle.
  const auto code =
      rd_kafka_metadata(client_.handle(), 0, nullptr, &given, milliseconds(patience_));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(to_error(code, "asking the cluster for its brokers"));
  const Metadata metadata(given);
  return metadata->broker_cnt;
}

std::expected<std::map<std::string, TopicState>, Error> Admin::describe(
    std::span<const std::string> topics) const {
  std::map<std::string, TopicState> found;
  for (const std::string& name : topics) {
    const TopicHandle topic(rd_kafka_topic_new(client_.handle(), name.c_str(), nullptr));
    const rd_kafka_metadata_t* given = nullptr;
    const auto code =
        rd_kafka_metadata(client_.handle(), 0, topic.get(), &given, milliseconds(patience_));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
      return std::unexpected(to_error(code, "asking the cluster for " + name));
    const Metadata metadata(given);
    if (metadata->topic_cnt != 1) continue;
    const auto& one = metadata->topics[0];
    if (one.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) continue;
    if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR && one.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
      return std::unexpected(to_error(one.err, "asking the cluster for " + name));
    found.emplace(name, to_state(one));
  }
  return found;
}

std::expected<void, Error> Admin::describe_settings(
    std::map<std::string, TopicState>& topics) const {
  constexpr std::string_view tried = "asking the cluster for its topics' settings";
  if (topics.empty()) return {};
  std::vector<ConfigResource> resources;
  std::vector<rd_kafka_ConfigResource_t*> raw;
  for (const auto& [name, state] : topics) {
    resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    raw.push_back(resources.back().get());
  }
  const auto options =
      admin_options(client_.handle(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, patience_);
  if (!options) return std::unexpected(options.error());
  const Queue queue(rd_kafka_queue_new(client_.handle()));
  rd_kafka_DescribeConfigs(client_.handle(), raw.data(), raw.size(), options->get(), queue.get());
  const auto event = answer(*queue, patience_, tried);
  if (!event) return std::unexpected(event.error());
  const auto* result = rd_kafka_event_DescribeConfigs_result(event->get());
  std::size_t count = 0;
  const auto* described = rd_kafka_DescribeConfigs_result_resources(result, &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_ConfigResource_name(described[i]);
    if (const auto code = rd_kafka_ConfigResource_error(described[i]);
        code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return std::unexpected(to_error(code, std::string(tried) + ", " + name,
                                      rd_kafka_ConfigResource_error_string(described[i])));
    }
    std::size_t entries = 0;
    const auto* configs = rd_kafka_ConfigResource_configs(described[i], &entries);
    auto& settings = topics[name].settings;
    for (std::size_t k = 0; k < entries; ++k) {
      const char* value = rd_kafka_ConfigEntry_value(configs[k]);
      settings.emplace(rd_kafka_ConfigEntry_name(configs[k]), value == nullptr ? "" : value);
    }
  }
  return {};
}

std::expected<std::vector<std::string>, Error> Admin::create(
    std::span<const TopicToMake> topics) const {
  std::vector<std::string> created;
  if (topics.empty()) return created;
  std::vector<NewTopic> requests;
  std::vector<rd_kafka_NewTopic_t*> raw;
  for (const TopicToMake& topic : topics) {
    auto request = to_request(topic);
    if (!request) return std::unexpected(request.error());
    raw.push_back(request->get());
    requests.push_back(std::move(*request));
  }
  const auto options = admin_options(client_.handle(), RD_KAFKA_ADMIN_OP_CREATETOPICS, patience_);
  if (!options) return std::unexpected(options.error());
  const Queue queue(rd_kafka_queue_new(client_.handle()));
  rd_kafka_CreateTopics(client_.handle(), raw.data(), raw.size(), options->get(), queue.get());
  const auto event = answer(*queue, patience_, "making topics");
  if (!event) return std::unexpected(event.error());
  std::size_t count = 0;
  const auto* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event->get()), &count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_topic_result_name(results[i]);
    const auto code = rd_kafka_topic_result_error(results[i]);
    if (code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) continue;  // another was faster
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return std::unexpected(
          to_error(code, "making topic " + name, rd_kafka_topic_result_error_string(results[i])));
    }
    created.push_back(name);
  }
  return created;
}

}  // namespace huiyin::kafka
