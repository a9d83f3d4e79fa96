// Seals petitioners' details, and forgets persons by destroying their keys. Several processes may
// open one vault, but only one may seal and forget: it keeps keys in memory.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "events/case_types.hpp"
#include "keys/key_share.hpp"
#include "keys/secret_key.hpp"
#include "keys/vault_error.hpp"

namespace huiyin::keys {

class Vault {
 public:
  // Opens or makes the vault in `directory`. `wrong_key` when it was made with another master key.
  static std::expected<std::unique_ptr<Vault>, VaultError> open(
      const std::filesystem::path& directory, const SecretKey& master);
  ~Vault();
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  // All of these are thread-safe.

  // Makes the persons' keys that are not there yet, durably, all with one fsync. seal() does so by
  // itself for its one person; before many seals this is several hundred times cheaper.
  std::expected<void, VaultError> prepare(std::span<const std::string> persons);

  // The person's key is durable when this returns. `subject` is the case: the sealed text opens for
  // no other. `invalid` for a person or subject without a name.
  std::expected<events::Petitioner, VaultError> seal(const std::string& person,
                                                     std::string_view subject,
                                                     std::string_view text);

  // What was sealed. `forgotten`, `unknown_key`, `tampered`, or `invalid` for an anonymous
  // petitioner, who has nothing to open. Of a forgotten person nothing is opened from memory
  // either.
  std::expected<std::string, VaultError> open(const events::Petitioner& petitioner,
                                              std::string_view subject) const;

  // Destroys the person's key: nothing sealed for them can be read again, here or in the log. True
  // when there was one. Copies of the vault made before (backups) still hold it. A person sealed
  // for again later gets another key.
  std::expected<bool, VaultError> forget(const std::string& person);

  // With other gateways: from now on every new key is published before it is used, and so is
  // forgetting. Publishes what is here and not yet shared. `share` outlives the vault.
  std::expected<void, VaultError> share_with(KeyShare& share, std::span<const std::string> shared);
  // What others have published: keys, and ids that were forgotten, which stay so. One fsync each,
  // however many.
  std::expected<void, VaultError> learn(std::span<const KeyRow> rows,
                                        std::span<const std::string> forgotten);

  // A text that only this master key unwraps, and whether this one unwraps another vault's.
  std::expected<std::string, VaultError> master_check() const;
  bool same_master(std::string_view check) const;

  // A copy for a backup; `directory` must not exist.
  std::expected<void, VaultError> copy_to(const std::filesystem::path& directory) const;

 private:
  struct State;
  explicit Vault(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace huiyin::keys
