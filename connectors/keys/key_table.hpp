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

#include "keys/vault_error.hpp"

struct sqlite3;

namespace huiyin::keys {

struct KeyRow {
  std::string id;
  std::string person;
  std::string wrapped;
};

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

  // All in one transaction. A person who has a key by now keeps it: read it back.
  std::expected<void, VaultError> add(std::span<const KeyRow> rows);

  // How many keys were destroyed.
  std::expected<int, VaultError> forget(std::string_view person);

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

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace huiyin::keys
