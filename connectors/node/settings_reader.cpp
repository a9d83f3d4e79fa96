#include "settings_reader.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace huiyin::node {

void SettingsReader::path(std::string_view key, std::filesystem::path& into) {
  std::string text;
  string(key, text);
  if (!text.empty()) into = resolve(text);
}

void SettingsReader::string(std::string_view key, std::string& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (const auto value = node->value_exact<std::string>())
    into = *value;
  else
    fail(*node, key, "expected a string");
}

void SettingsReader::boolean(std::string_view key, bool& into) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (const auto value = node->value_exact<bool>())
    into = *value;
  else
    fail(*node, key, "expected true or false");
}

std::optional<std::int64_t> SettingsReader::whole_number(std::string_view key, std::int64_t least,
                                                         std::int64_t most) {
  const toml::node* node = take(key);
  if (node == nullptr) return std::nullopt;
  const auto value = node->value_exact<std::int64_t>();
  if (!value) {
    fail(*node, key, "expected a whole number");
    return std::nullopt;
  }
  if (*value < least || *value > most) {
    fail(*node, key, "must lie between " + std::to_string(least) + " and " + std::to_string(most));
    return std::nullopt;
  }
  return value;
}

const toml::table* SettingsReader::table(std::string_view key) {
  const toml::node* node = take(key);
  if (node == nullptr) return nullptr;
  if (!node->is_table()) fail(*node, key, "expected a table");
  return node->as_table();
}

std::optional<kafka::Property> SettingsReader::property(std::string_view key,
                                                        const toml::node& node) const {
  if (const auto text = node.value_exact<std::string>()) return kafka::Property{*text};
  if (const auto number = node.value_exact<std::int64_t>())
    return kafka::Property{std::to_string(*number)};
  if (const auto truth = node.value_exact<bool>())
    return kafka::Property{*truth ? "true" : "false"};
  if (const toml::table* source = node.as_table(); source != nullptr && source->size() == 1)
    return secret(key, *source);
  fail(node, key, R"(expected a value, { env = "NAME" } or { file = "path" })");
  return std::nullopt;
}

std::optional<kafka::Property> SettingsReader::secret(std::string_view key,
                                                      const toml::table& source) const {
  if (const auto name = source["env"].value_exact<std::string>()) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing here changes the environment
    if (const char* value = std::getenv(name->c_str())) return kafka::Property{value, true};
    fail(source, key, "the environment has no " + *name);
    return std::nullopt;
  }
  if (const auto name = source["file"].value_exact<std::string>())
    return secret_file(key, source, *name);
  fail(source, key, R"(expected { env = "NAME" } or { file = "path" })");
  return std::nullopt;
}

std::optional<kafka::Property> SettingsReader::secret_file(std::string_view key,
                                                           const toml::table& source,
                                                           const std::string& name) const {
  constexpr std::size_t longest = 64 << 10;  // a chain of certificates
  const auto path = resolve(name);
  std::ifstream in(path, std::ios::binary);
  std::string value;
  for (auto at = std::istreambuf_iterator<char>(in);
       at != std::istreambuf_iterator<char>() && value.size() <= longest; ++at) {
    value.push_back(*at);
  }
  if (!in.is_open() || in.bad() || value.size() > longest) {
    fail(source, key, path.string() + " cannot be read, or is longer than 64 KiB");
    return std::nullopt;
  }
  // Editors and echo end a file with a line feed that is not the secret's.
  while (!value.empty() && (value.back() == '\n' || value.back() == '\r')) value.pop_back();
  return kafka::Property{std::move(value), true};
}

void SettingsReader::finish() const {
  for (const auto& [key, node] : table_) {
    bool known = false;
    for (const auto& seen : seen_) known = known || seen == key.str();
    if (!known) fail(node, key.str(), "there is no such setting");
  }
}

const toml::node* SettingsReader::take(std::string_view key) {
  seen_.emplace_back(key);
  return table_.get(key);
}

void SettingsReader::fail(const toml::node& node, std::string_view key, std::string message) const {
  if (error_) return;
  error_ = SettingsError{file_, static_cast<int>(node.source().begin.line),
                         prefix_ + std::string(key), std::move(message)};
}

}  // namespace huiyin::node
