// Where the vaults of several gateways share their keys, wrapped by the master key that all of them
// have.
#pragma once

#include <expected>
#include <span>
#include <string>

#include "keys/vault_error.hpp"

namespace huiyin::keys {

// One wrapped key as it is stored and shared.
struct KeyRow {
  std::string id;
  std::string person;
  std::string wrapped;
};

class KeyShare {
 public:
  virtual ~KeyShare() = default;

  // Durable for all when it returns.
  virtual std::expected<void, VaultError> publish(std::span<const KeyRow> rows) = 0;
  virtual std::expected<void, VaultError> publish_forgotten(std::span<const std::string> ids) = 0;
  // The vault has learned what others had published before the call. The vault's lock is not held.
  virtual std::expected<void, VaultError> catch_up() = 0;
};

}  // namespace huiyin::keys
