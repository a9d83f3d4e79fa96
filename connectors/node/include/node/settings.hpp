// The settings of one node: config/huiyin.toml, or what a command line says instead.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "kafka/settings.hpp"

namespace huiyin::node {

// What an instance of a cluster does; any number of instances for each.
enum class ClusterRole : std::uint8_t {
  gateway,  // takes commands over HTTP and gives them to Kafka
  engine,   // decides those of the partitions that the group gives it
  query,    // mirrors the log and answers from views of all of it
};
constexpr auto names(ClusterRole) {
  return std::array<std::string_view, 3>{"gateway", "engine", "query"};
}

struct Settings {
  std::filesystem::path data = "huiyin-data";  // log/, views/, keys/, text.sqlite
  std::filesystem::path config;                // the folder with processes/ and calendars/
  std::string profile;                         // a folder of processes/; empty: none
  std::filesystem::path principals;            // tokens and what they may do; empty: nobody may
  std::filesystem::path master_key;  // file of 32 bytes as 64 hex digits; empty: data/master.key
  std::string deployment = "local";  // events' source is /huiyin/<deployment>
  std::string address = "127.0.0.1";
  std::uint16_t port = 8420;
  unsigned http_threads = 1;
  std::string public_url;  // where people outside reach this server; empty: as they ask
  std::string
      public_intake;  // the principal in whose name /intake takes matters; empty: it does not
  unsigned intake_per_minute = 60;  // matters that /intake takes from everybody together
  std::uint16_t partitions = 12;    // when a log is created
  bool log_json = false;
  std::string log_level = "info";
  std::optional<kafka::KafkaSettings>
      kafka;  // the table [kafka]; absent: the log is on this machine
  std::set<ClusterRole> roles = {ClusterRole::gateway, ClusterRole::engine,
                                 ClusterRole::query};  // with [kafka]; else all of them, always

  bool has(ClusterRole role) const { return !kafka || roles.contains(role); }
};

struct SettingsError {
  std::string file;
  int line = 0;
  std::string key;
  std::string message;
};
std::string to_text(const SettingsError& error);

// Unknown keys, wrong types and values out of range are errors: a bad setting stops the start. So
// are properties that librdkafka does not know, and secrets whose variable or file is not there.
std::expected<Settings, SettingsError> load_settings(const std::filesystem::path& file);

// The folder with processes/ and calendars/: $HUIYIN_CONFIG_DIR, else the first config/processes
// found from the executable's folder upwards, else /etc/huiyin. Empty when there is none.
std::filesystem::path find_config_folder();

}  // namespace huiyin::node
