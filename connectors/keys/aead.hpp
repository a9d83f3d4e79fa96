// AES-256-GCM: what is sealed can be read only with the key, and only as it was sealed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "keys/secret_key.hpp"

namespace huiyin::keys {

inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;

struct Sealed {
  std::string nonce;       // fresh and random; good for 2^32 texts under one key
  std::string ciphertext;  // as long as the text, then the tag
};

// `bound` is not stored: whoever opens must give the same.
Sealed seal(const SecretKey& key, std::string_view bound, std::string_view text);

// Nothing when anything is not as it was sealed.
std::optional<std::string> open(const SecretKey& key, std::string_view bound,
                                std::string_view nonce, std::string_view ciphertext);

}  // namespace huiyin::keys
