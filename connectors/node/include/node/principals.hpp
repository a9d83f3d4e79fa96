// Who may use the HTTP interface: a TOML file of principals, each with the SHA-256 of its bearer
// token. Tokens themselves are stored nowhere. The file also stands in for the registry: it says
// which ids are deputies and officers, and whose mandates they hold.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/actor.hpp"
#include "engine/command.hpp"
#include "engine/definition.hpp"
#include "node/settings.hpp"

namespace huiyin::node {

struct Principal {
  std::string id;
  std::vector<engine::Role> roles;  // several at once: some organs have one member (S1-4)
  std::string organ;                // organ's, dispatcher's and supervisor's clerks
  std::string station;              // officers
  std::string region;  // what a supervisor or coordinator answers for; empty: everything
  std::vector<std::string> congresses;  // deputies: whose mandates they hold

  bool has(engine::Role role) const;
};

// Immutable once loaded; any thread.
class Principals {
 public:
  // Refuses a file that others than its owner may write.
  static std::expected<Principals, SettingsError> load(const std::filesystem::path& file);

  // By the token itself; takes the same time for any unknown token.
  const Principal* find(std::string_view token) const;
  // By its id; null when nobody has it.
  const Principal* by_id(std::string_view id) const;
  // What the engine is told of people.
  engine::Facts facts() const;
  std::size_t size() const { return by_hash_.size(); }

 private:
  std::unordered_map<std::string, Principal> by_hash_;
};

// Adds a principal with a fresh random token to the file (made when missing, mode 0600) and returns
// the token, which is shown once.
std::expected<std::string, std::string> add_principal(const std::filesystem::path& file,
                                                      const Principal& principal);

// The role in which a principal gives this command: the one asked for, else the first of its roles
// that any definition lets give it. Nothing when it holds no such role.
std::optional<engine::Role> role_for(const Principal& principal, std::optional<engine::Role> asked,
                                     engine::CommandType command, bool for_another,
                                     const engine::Definitions& definitions);

}  // namespace huiyin::node
