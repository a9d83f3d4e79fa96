#include "aead.hpp"

#include <cstdlib>
#include <memory>

#include <openssl/evp.h>

#include "crypto/random.hpp"

namespace huiyin::keys {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const EVP_CIPHER* cipher() {
  static EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return fetched;
}

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Sealed seal(const SecretKey& key, std::string_view bound, std::string_view text) {
  Sealed sealed{std::string(nonce_bytes, '\0'), std::string(text.size() + tag_bytes, '\0')};
  crypto::fill_random({bytes_of(sealed.nonce), nonce_bytes});
  const Context context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* const c = context.get();
  unsigned char* const out = bytes_of(sealed.ciphertext);
  int length = 0;
  const bool done =
      EVP_EncryptInit_ex2(c, cipher(), key.bytes().data(), bytes_of(sealed.nonce), nullptr) == 1 &&
      EVP_EncryptUpdate(c, nullptr, &length, bytes_of(bound), static_cast<int>(bound.size())) ==
          1 &&
      EVP_EncryptUpdate(c, out, &length, bytes_of(text), static_cast<int>(text.size())) == 1 &&
      EVP_EncryptFinal_ex(c, out + text.size(), &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, tag_bytes, out + text.size()) == 1;
  // Sealing fails only without memory or without AES: nothing may go on as if it had been sealed.
  if (!done) std::abort();
  return sealed;
}

std::optional<std::string> open(const SecretKey& key, std::string_view bound,
                                std::string_view nonce, std::string_view ciphertext) {
  if (nonce.size() != nonce_bytes || ciphertext.size() < tag_bytes) return std::nullopt;
  const std::string_view body = ciphertext.substr(0, ciphertext.size() - tag_bytes);
  std::string tag(ciphertext.substr(body.size()));
  std::string text(body.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* const c = context.get();
  int length = 0;
  const bool done =
      EVP_DecryptInit_ex2(c, cipher(), key.bytes().data(), bytes_of(nonce), nullptr) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &length, bytes_of(bound), static_cast<int>(bound.size())) ==
          1 &&
      EVP_DecryptUpdate(c, bytes_of(text), &length, bytes_of(body),
                        static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag.data()) == 1 &&
      EVP_DecryptFinal_ex(c, bytes_of(text) + text.size(), &length) == 1;
  if (!done) return std::nullopt;
  return text;
}

}  // namespace huiyin::keys
