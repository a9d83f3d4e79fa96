#include "node/principals.hpp"

#include <algorithm>
#include <array>
#include <fstream>

#include <fcntl.h>
#include <sys/stat.h>
// As everywhere here: toml++ with and without exceptions do not mix in one program.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>
#include <unistd.h>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace huiyin::node {
namespace {

using engine::Role;

SettingsError error_at(const std::filesystem::path& file, const toml::node& node,
                       std::string_view key, std::string message) {
  return {file.string(), static_cast<int>(node.source().begin.line), std::string(key),
          std::move(message)};
}

std::expected<std::vector<std::string>, SettingsError> strings(const std::filesystem::path& file,
                                                               const toml::table& table,
                                                               std::string_view key) {
  std::vector<std::string> out;
  const toml::node* node = table.get(key);
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr)
    return std::unexpected(error_at(file, *node, key, "expected a list of strings"));
  for (const toml::node& item : *list) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::unexpected(error_at(file, item, key, "expected a string"));
    out.push_back(*text);
  }
  return out;
}

struct Entry {
  std::string hash;
  Principal principal;
};

std::expected<Entry, SettingsError> read_entry(const std::filesystem::path& file,
                                               const toml::table& table) {
  static constexpr std::array known{"id",      "token_sha256", "roles",     "organ",
                                    "station", "region",       "congresses"};
  for (const auto& [key, node] : table) {
    if (std::ranges::find(known, key.str()) == known.end()) {
      return std::unexpected(error_at(file, node, key.str(), "a principal has no such key"));
    }
  }
  Entry entry;
  entry.hash = table["token_sha256"].value_or(std::string());
  entry.principal.id = table["id"].value_or(std::string());
  entry.principal.organ = table["organ"].value_or(std::string());
  entry.principal.station = table["station"].value_or(std::string());
  entry.principal.region = table["region"].value_or(std::string());
  if (entry.principal.id.empty())
    return std::unexpected(error_at(file, table, "id", "a principal needs an id"));
  if (entry.hash.size() != 64 || !crypto::from_hex(entry.hash)) {
    return std::unexpected(error_at(file, table, "token_sha256", "expected 64 hexadecimal digits"));
  }
  const auto roles = strings(file, table, "roles");
  if (!roles) return std::unexpected(roles.error());
  for (const auto& word : *roles) {
    const auto role = events::parse_enum<Role>(word);
    if (!role || *role == Role::timer) {
      return std::unexpected(error_at(file, table, "roles", "there is no role " + word));
    }
    entry.principal.roles.push_back(*role);
  }
  if (entry.principal.roles.empty()) {
    return std::unexpected(error_at(file, table, "roles", "a principal needs at least one role"));
  }
  auto congresses = strings(file, table, "congresses");
  if (!congresses) return std::unexpected(congresses.error());
  entry.principal.congresses = std::move(*congresses);
  if (entry.principal.has(Role::organ) && entry.principal.organ.empty()) {
    return std::unexpected(error_at(file, table, "organ", "the role organ needs its organ"));
  }
  return entry;
}

bool may_give(const engine::Definition& definition, engine::CommandType command, Role role,
              bool for_another) {
  return std::ranges::any_of(definition.transitions, [&](const engine::Transition& transition) {
    if (transition.command != command) return false;
    if (!for_another) return transition.by.has(role);
    for (std::size_t i = 0; i < names(Role{}).size(); ++i) {
      const Role whom = static_cast<Role>(i);
      if (transition.by.has(whom) && definition.may_enter_for(role, whom)) return true;
    }
    return false;
  });
}

std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

}  // namespace

bool Principal::has(Role role) const { return std::ranges::find(roles, role) != roles.end(); }

std::expected<Principals, SettingsError> Principals::load(const std::filesystem::path& file) {
  struct stat status{};
  if (::stat(file.c_str(), &status) != 0) {
    return std::unexpected(SettingsError{file.string(), 0, "", "cannot be read"});
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return std::unexpected(
        SettingsError{file.string(), 0, "", "others than its owner may write it: chmod 600"});
  }
  const toml::parse_result parsed = toml::parse_file(file.string());
  if (!parsed) {
    const auto& error = parsed.error();
    return std::unexpected(SettingsError{file.string(), static_cast<int>(error.source().begin.line),
                                         "", std::string(error.description())});
  }
  const toml::table& table = parsed.table();
  Principals out;
  const toml::array* list = table["principal"].as_array();
  if (list == nullptr) return out;
  for (const toml::node& node : *list) {
    const toml::table* entry_table = node.as_table();
    if (entry_table == nullptr)
      return std::unexpected(error_at(file, node, "principal", "expected [[principal]]"));
    auto entry = read_entry(file, *entry_table);
    if (!entry) return std::unexpected(entry.error());
    if (!out.by_hash_.emplace(entry->hash, entry->principal).second) {
      return std::unexpected(error_at(file, node, "token_sha256", "two principals have one token"));
    }
  }
  return out;
}

const Principal* Principals::find(std::string_view token) const {
  // Looked up by its hash, the time says nothing of the token itself.
  const auto found = by_hash_.find(crypto::sha256_hex(token));
  return found == by_hash_.end() ? nullptr : &found->second;
}

const Principal* Principals::by_id(std::string_view id) const {
  const auto found = std::ranges::find(
      by_hash_, id, [](const auto& entry) -> std::string_view { return entry.second.id; });
  return found == by_hash_.end() ? nullptr : &found->second;
}

engine::Facts Principals::facts() const {
  engine::Facts facts;
  for (const auto& [hash, principal] : by_hash_) {
    if (principal.has(Role::deputy) || principal.has(Role::officer))
      facts.persons.insert(principal.id);
    if (principal.has(Role::deputy)) facts.mandates[principal.id] = principal.congresses;
  }
  return facts;
}

std::expected<std::string, std::string> add_principal(const std::filesystem::path& file,
                                                      const Principal& principal) {
  std::array<std::uint8_t, 32> secret{};
  crypto::fill_random(secret);
  std::string token = "hy_" + crypto::to_hex(secret);
  std::string text = "\n[[principal]]\nid = " + toml_string(principal.id) + "\ntoken_sha256 = \"" +
                     crypto::sha256_hex(token) + "\"\nroles = [";
  for (const Role role : principal.roles) {
    if (text.back() != '[') text += ", ";
    text += toml_string(events::name_of(role));
  }
  text += "]\n";
  const auto put = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) text += std::string(key) + " = " + toml_string(value) + "\n";
  };
  put("organ", principal.organ);
  put("station", principal.station);
  put("region", principal.region);
  if (!principal.congresses.empty()) {
    text += "congresses = [";
    for (const auto& congress : principal.congresses) {
      if (text.back() != '[') text += ", ";
      text += toml_string(congress);
    }
    text += "]\n";
  }
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return std::unexpected("cannot write " + file.string());
  const bool written =
      ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written) return std::unexpected("cannot write " + file.string());
  return token;
}

std::optional<Role> role_for(const Principal& principal, std::optional<Role> asked,
                             engine::CommandType command, bool for_another,
                             const engine::Definitions& definitions) {
  if (asked) return principal.has(*asked) ? asked : std::nullopt;
  for (const Role role : principal.roles) {
    for (const auto& definition : definitions.all()) {
      if (may_give(*definition, command, role, for_another)) return role;
    }
  }
  // Let the engine say why not, in the principal's first role.
  return principal.roles.front();
}

}  // namespace huiyin::node
