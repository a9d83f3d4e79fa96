#include "node/settings.hpp"

#include <cstdlib>

#include "settings_reader.hpp"

namespace huiyin::node {
namespace {

void read_kafka(SettingsReader& root, Settings& settings) {
  const toml::table* table = root.table("kafka");
  if (table == nullptr) return;
  SettingsReader reader = root.below(*table, "kafka.");
  auto& kafka = settings.kafka.emplace();
  reader.string("bootstrap", kafka.bootstrap);
  reader.string("prefix", kafka.prefix);
  reader.integer("replication", kafka.replication, 0, 64);
  if (const auto roles = reader.words<ClusterRole>("roles")) {
    settings.roles.clear();
    settings.roles.insert(roles->begin(), roles->end());
  }
  if (kafka.bootstrap.empty()) {
    reader.fail(*table, "bootstrap", "a list of brokers such as \"kafka-1:9092,kafka-2:9092\"");
  } else if (!kafka::is_topic_name(kafka.prefix)) {
    reader.fail(*table, "prefix", "letters, digits, '.', '_' and '-', at most 200");
  }
  if (const toml::table* properties = reader.table("properties")) {
    const SettingsReader inner = reader.below(*properties, "kafka.properties.");
    for (const auto& [key, node] : *properties) {
      const auto property = inner.property(key.str(), node);
      if (!property) continue;
      if (const auto problem = kafka::property_problem(key.str(), *property))
        inner.fail(node, key.str(), *problem);
      kafka.properties.emplace(key.str(), *property);
    }
  }
  reader.finish();
}

void read_http(SettingsReader& root, Settings& settings) {
  const toml::table* table = root.table("http");
  if (table == nullptr) return;
  SettingsReader reader = root.below(*table, "http.");
  reader.string("public_url", settings.public_url);
  reader.string("public_intake", settings.public_intake);
  reader.integer("intake_per_minute", settings.intake_per_minute, 1, 100'000);
  const std::string_view url = settings.public_url;
  if (!url.empty() && !url.starts_with("https://") && !url.starts_with("http://"))
    reader.fail(*table->get("public_url"), "public_url", "such as \"https://example.org\"");
  reader.finish();
}

}  // namespace

std::string to_text(const SettingsError& error) {
  std::string out = error.file;
  if (error.line > 0) out += ":" + std::to_string(error.line);
  out += ": ";
  if (!error.key.empty()) out += error.key + ": ";
  return out + error.message;
}

std::expected<Settings, SettingsError> load_settings(const std::filesystem::path& file) {
  const toml::parse_result parsed = toml::parse_file(file.string());
  if (!parsed) {
    const auto& error = parsed.error();
    return std::unexpected(SettingsError{file.string(), static_cast<int>(error.source().begin.line),
                                         "", std::string(error.description())});
  }
  const toml::table& table = parsed.table();
  Settings settings;
  std::optional<SettingsError> error;
  SettingsReader reader(table, file.string(), error);
  reader.path("data", settings.data);
  reader.path("config", settings.config);
  reader.string("profile", settings.profile);
  reader.path("principals", settings.principals);
  reader.path("master_key", settings.master_key);
  reader.string("deployment", settings.deployment);
  reader.string("address", settings.address);
  reader.integer("port", settings.port, 0, 65'535);
  reader.integer("http_threads", settings.http_threads, 1, 64);
  reader.integer("partitions", settings.partitions, 1, 256);
  reader.boolean("log_json", settings.log_json);
  reader.string("log_level", settings.log_level);
  read_http(reader, settings);
  read_kafka(reader, settings);
  reader.finish();
  if (error) return std::unexpected(*error);
  return settings;
}

std::filesystem::path find_config_folder() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
  if (const char* given = std::getenv("HUIYIN_CONFIG_DIR")) return given;
  std::error_code ignored;
  auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  for (; !folder.empty() && folder != folder.root_path(); folder = folder.parent_path()) {
    if (std::filesystem::is_directory(folder / "config" / "processes", ignored))
      return folder / "config";
  }
  if (std::filesystem::is_directory("/etc/huiyin/processes", ignored)) return "/etc/huiyin";
  return {};
}

}  // namespace huiyin::node
