// Reads the known keys of one TOML table and remembers the first thing that is wrong.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// As everywhere here: toml++ with and without exceptions do not mix in one program.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "events/enum_names.hpp"
#include "node/settings.hpp"

namespace huiyin::node {

class SettingsReader {
 public:
  // `error` is shared with the readers of tables below: the first that is wrong in the file.
  SettingsReader(const toml::table& table, std::string file, std::optional<SettingsError>& error,
                 std::string prefix = "")
      : table_(table), file_(std::move(file)), error_(error), prefix_(std::move(prefix)) {}

  SettingsReader below(const toml::table& table, std::string prefix) const {
    return {table, file_, error_, std::move(prefix)};
  }

  void path(std::string_view key, std::filesystem::path& into);
  void string(std::string_view key, std::string& into);
  void boolean(std::string_view key, bool& into);
  template <class Integer>
  void integer(std::string_view key, Integer& into, std::int64_t least, std::int64_t most) {
    if (const auto value = whole_number(key, least, most)) into = static_cast<Integer>(*value);
  }
  // A list of words of an enum, at least one; nothing when it is not there.
  template <class Enum>
  std::optional<std::vector<Enum>> words(std::string_view key) {
    const toml::node* node = take(key);
    if (node == nullptr) return std::nullopt;
    std::vector<Enum> out;
    if (const toml::array* array = node->as_array()) {
      for (const toml::node& one : *array) {
        const auto word = events::parse_enum<Enum>(one.value_or(std::string_view{}));
        if (!word) break;
        out.push_back(*word);
      }
      if (!out.empty() && out.size() == array->size()) return out;
    }
    std::string known;
    for (const auto name : names(Enum{})) known.append(known.empty() ? "" : ", ").append(name);
    fail(*node, key, "a list of: " + known);
    return std::nullopt;
  }
  // Null when it is not there or is no table.
  const toml::table* table(std::string_view key);

  // "text", a number, true, { env = "NAME" } or { file = "path" }.
  std::optional<kafka::Property> property(std::string_view key, const toml::node& node) const;

  void fail(const toml::node& node, std::string_view key, std::string message) const;
  // Keys that nobody asked for are wrong, too.
  void finish() const;

 private:
  std::optional<std::int64_t> whole_number(std::string_view key, std::int64_t least,
                                           std::int64_t most);
  std::optional<kafka::Property> secret(std::string_view key, const toml::table& source) const;
  std::optional<kafka::Property> secret_file(std::string_view key, const toml::table& source,
                                             const std::string& name) const;
  // Relative paths mean the folder of the settings file, wherever the process was started.
  std::filesystem::path resolve(const std::string& text) const {
    return std::filesystem::path(file_).parent_path() / text;
  }
  const toml::node* take(std::string_view key);

  const toml::table& table_;
  std::string file_;
  std::optional<SettingsError>& error_;
  std::string prefix_;
  std::vector<std::string> seen_;
};

}  // namespace huiyin::node
