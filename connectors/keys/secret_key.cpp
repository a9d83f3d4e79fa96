#include "keys/secret_key.hpp"

#include <algorithm>

#include <openssl/crypto.h>

#include "crypto/random.hpp"

namespace huiyin::keys {

SecretKey SecretKey::random() {
  std::array<std::uint8_t, size> bytes;
  crypto::fill_random(bytes);
  SecretKey key{std::span<const std::uint8_t, size>(bytes)};
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return key;
}

SecretKey::SecretKey(std::span<const std::uint8_t, size> bytes) {
  std::ranges::copy(bytes, bytes_.begin());
}

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes_.data(), bytes_.size()); }

}  // namespace huiyin::keys
