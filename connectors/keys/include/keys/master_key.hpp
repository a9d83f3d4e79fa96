// The key that wraps all others. Whoever loses it loses every petitioner's details; whoever has it
// and the vault can read them. Kept in a file of its own, or given in the environment by the
// caller.
#pragma once

#include <expected>
#include <filesystem>
#include <string_view>

#include "keys/secret_key.hpp"
#include "keys/vault_error.hpp"

namespace huiyin::keys {

// 64 hexadecimal digits, or 44 characters of base64; white space at the ends is ignored. `invalid`
// otherwise.
std::expected<SecretKey, VaultError> parse_master_key(std::string_view text);

// Refuses (`invalid`) a file that others than its owner can read or write. `unavailable` when it is
// not there.
std::expected<SecretKey, VaultError> read_master_key(const std::filesystem::path& file);

// Makes a random key in a new file, mode 0600, synced. `exists` when the file is there.
std::expected<SecretKey, VaultError> create_master_key(const std::filesystem::path& file);

}  // namespace huiyin::keys
