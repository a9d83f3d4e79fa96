#include "kafka/settings.hpp"

#include <algorithm>
#include <array>

#include "raii.hpp"

namespace huiyin::kafka {
namespace {

// What the log's promises stand on. A setting that changed one of these would break them unseen.
constexpr std::array<std::string_view, 15> ours{"bootstrap.servers",
                                                "metadata.broker.list",
                                                "transactional.id",
                                                "enable.idempotence",
                                                "acks",
                                                "request.required.acks",
                                                "isolation.level",
                                                "enable.auto.commit",
                                                "enable.auto.offset.store",
                                                "auto.offset.reset",
                                                "group.id",
                                                "enable.partition.eof",
                                                "delivery.report.only.error",
                                                "partitioner",
                                                "group.instance.id"};

// librdkafka takes a text for pointers and callbacks, too, and would call it.
bool is_text(std::string_view name) {
  constexpr std::array<std::string_view, 3> without_dot{"debug", "log_level", "retries"};
  if (name.ends_with("_cb")) return false;
  return name.contains('.') || std::ranges::find(without_dot, name) != without_dot.end();
}

}  // namespace

std::optional<std::string> property_problem(std::string_view name, const Property& property) {
  if (std::ranges::find(ours, name) != ours.end()) {
    return "Huiyin sets this itself" +
           std::string(name.ends_with("servers") ? ": use kafka.bootstrap" : "");
  }
  if (!is_text(name)) return "librdkafka has no such property";
  const Configuration configuration(rd_kafka_conf_new());
  std::array<char, 512> words{};
  const auto result = rd_kafka_conf_set(configuration.get(), std::string(name).c_str(),
                                        property.value.c_str(), words.data(), words.size());
  if (result == RD_KAFKA_CONF_OK) return std::nullopt;
  if (result == RD_KAFKA_CONF_UNKNOWN) return "librdkafka has no such property";
  // Its words repeat the value.
  return property.secret ? "librdkafka does not take its value" : std::string(words.data());
}

bool is_topic_name(std::string_view text) {
  constexpr std::size_t longest = 200;  // Kafka allows 249; suffixes follow
  if (text.empty() || text.size() > longest || text == "." || text == "..") return false;
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace huiyin::kafka
