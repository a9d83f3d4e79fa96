#include "crypto/random.hpp"

#include <cstdio>
#include <cstdlib>

#include <openssl/rand.h>

namespace huiyin::crypto {

void fill_random(std::span<std::uint8_t> bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1) return;
  std::fputs("no randomness from OpenSSL: stopping rather than making guessable keys\n", stderr);
  std::abort();
}

}  // namespace huiyin::crypto
