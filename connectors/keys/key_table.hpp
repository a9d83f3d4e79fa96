// The wrapped keys, in one SQLite file:
//
//   key(id, person, wrapped)  wrapped is null, and person empty, once forgotten
//   meta(name, value)         "check": a known text under the master key
//
// Every change is synced before it returns. A forgotten key is overwritten with zeros in the file,
// and the write-ahead log is emptied. Not thread-safe.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keys/key_share.hpp"
#include "keys/vault_error.hpp"

struct sqlite3;

namespace huiyin::keys {

struct StoredKey {
  std::optional<std::string> wrapped;  // nothing once forgotten
};

class KeyTable {
 public:
  static std::expected<KeyTable, VaultError> open(const std::filesystem::path& file);

  std::expected<std::optional<std::string>, VaultError> meta(std::string_view name);
  std::expected<void, VaultError> set_meta(std::string_view name, std::string_view value);

  std::expected<std::optional<KeyRow>, VaultError> of_person(std::string_view person);
  std::expected<std::optional<StoredKey>, VaultError> by_id(std::string_view id);

  // All in one transaction; what is there, or was forgotten, stays as it is. A person may come to
  // have several keys, from several gateways: of_person gives the one with the least id.
  std::expected<void, VaultError> add(std::span<const KeyRow> rows);
  // All that are not forgotten.
  std::expected<std::vector<KeyRow>, VaultError> all();

  // The person's keys that are not forgotten.
  std::expected<std::vector<std::string>, VaultError> ids_of(std::string_view person);
  // All in one transaction, also keys that never were here: they are not taken in later.
  std::expected<void, VaultError> forget(std::span<const std::string> ids);

  // A copy in a new file, consistent beside writers.
  std::expected<void, VaultError> copy_to(const std::filesystem::path& file);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  class Statement;
  explicit KeyTable(std::unique_ptr<sqlite3, Close> database) : database_(std::move(database)) {}
  VaultError error(std::string_view doing) const;
  std::expected<void, VaultError> run(const char* sql);

  // Calls `change` within a transaction, which is rolled back when it fails.
  template <class Change>
  std::expected<void, VaultError> transaction(Change change);

  std::unique_ptr<sqlite3, Close> database_;
  // The write-ahead log may hold bytes of a forgotten key; one of an earlier run, too.
  bool log_holds_keys_ = true;
};

}  // namespace huiyin::keys
