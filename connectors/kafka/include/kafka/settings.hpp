// How to reach a cluster: the table [kafka] of the settings, and what librdkafka is told.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace huiyin::kafka {

// A librdkafka property, passed on as it is. A secret came from the environment or a file: its
// value is in no error message and no log.
struct Property {
  std::string value;
  bool secret = false;

  bool operator==(const Property&) const = default;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct KafkaSettings {
  std::string bootstrap;          // host:port,host:port
  std::string prefix = "huiyin";  // of topics and transactional ids: "huiyin.events"
  std::uint16_t replication = 0;  // of topics that are made; 0: three, or as many as there are
  std::map<std::string, Property> properties;

  // librdkafka's words; called from its threads. Empty: nobody listens.
  std::function<void(LogLevel level, std::string_view text)> on_log;
};

// Why librdkafka cannot take the property, or why it is not the settings' to give
// (transactional.id, isolation.level …: what exactly once stands on). Nothing when it is fine.
std::optional<std::string> property_problem(std::string_view name, const Property& property);

// Letters, digits, '.', '_' and '-': what a topic may be called.
bool is_topic_name(std::string_view text);

}  // namespace huiyin::kafka
