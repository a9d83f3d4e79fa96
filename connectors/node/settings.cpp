#include "node/settings.hpp"

#include <array>
#include <cstdlib>

// As everywhere here: toml++ with and without exceptions do not mix in one program.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace huiyin::node {
namespace {

// Reads the known keys of one table and remembers the first that is wrong.
class Reader {
 public:
  Reader(const toml::table& table, std::string file) : table_(table), file_(std::move(file)) {}

  void path(std::string_view key, std::filesystem::path& into) {
    std::string text;
    string(key, text);
    // Relative paths mean the folder of the settings file, wherever the process was started.
    if (!text.empty()) into = std::filesystem::path(file_).parent_path() / text;
  }
  void string(std::string_view key, std::string& into) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (const auto value = node->value_exact<std::string>())
      into = *value;
    else
      fail(*node, key, "expected a string");
  }
  void boolean(std::string_view key, bool& into) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    if (const auto value = node->value_exact<bool>())
      into = *value;
    else
      fail(*node, key, "expected true or false");
  }
  template <class Integer>
  void integer(std::string_view key, Integer& into, std::int64_t least, std::int64_t most) {
    const toml::node* node = take(key);
    if (node == nullptr) return;
    const auto value = node->value_exact<std::int64_t>();
    if (!value) return fail(*node, key, "expected a whole number");
    if (*value < least || *value > most) {
      return fail(*node, key,
                  "must lie between " + std::to_string(least) + " and " + std::to_string(most));
    }
    into = static_cast<Integer>(*value);
  }
  void finish() {
    for (const auto& [key, node] : table_) {
      bool known = false;
      for (const auto& seen : seen_) known = known || seen == key.str();
      if (!known) fail(node, key.str(), "there is no such setting");
    }
  }
  const std::optional<SettingsError>& error() const { return error_; }

 private:
  const toml::node* take(std::string_view key) {
    seen_.emplace_back(key);
    return table_.get(key);
  }
  void fail(const toml::node& node, std::string_view key, std::string message) {
    if (error_) return;
    error_ = SettingsError{file_, static_cast<int>(node.source().begin.line), std::string(key),
                           std::move(message)};
  }

  const toml::table& table_;
  std::string file_;
  std::vector<std::string> seen_;
  std::optional<SettingsError> error_;
};

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
  Reader reader(table, file.string());
  reader.path("data", settings.data);
  reader.path("config", settings.config);
  reader.path("principals", settings.principals);
  reader.path("master_key", settings.master_key);
  reader.string("deployment", settings.deployment);
  reader.string("address", settings.address);
  reader.integer("port", settings.port, 0, 65'535);
  reader.integer("http_threads", settings.http_threads, 1, 64);
  reader.integer("partitions", settings.partitions, 1, 256);
  reader.boolean("log_json", settings.log_json);
  reader.string("log_level", settings.log_level);
  reader.finish();
  if (reader.error()) return std::unexpected(*reader.error());
  return settings;
}

std::filesystem::path find_config_folder() {
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
