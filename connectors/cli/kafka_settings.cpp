#include "kafka_settings.hpp"

#include "output.hpp"

namespace huiyin::cli {

Result<kafka::KafkaSettings> kafka_settings(const node::Settings& settings) {
  if (!settings.kafka)
    return fail("bad-settings", "the settings name no cluster: --config with a table [kafka]");
  kafka::KafkaSettings kafka = *settings.kafka;
  kafka.on_log = [](kafka::LogLevel level, std::string_view text) {
    if (level >= kafka::LogLevel::warning) note("kafka: " + std::string(text));
  };
  return kafka;
}

Failure to_failure(const kafka::Error& error) {
  return {"cluster-unavailable", to_text(error), failed, {}};
}

}  // namespace huiyin::cli
