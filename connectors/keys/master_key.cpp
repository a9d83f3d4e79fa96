#include "keys/master_key.hpp"

#include <array>
#include <cerrno>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/base64.hpp"
#include "crypto/digest.hpp"

namespace huiyin::keys {
namespace {

std::unexpected<VaultError> refuse(VaultErrorCode code, std::string detail) {
  return std::unexpected(VaultError{code, std::move(detail)});
}

std::unexpected<VaultError> system_error(int code, const std::filesystem::path& file) {
  const VaultErrorCode kind = code == EEXIST   ? VaultErrorCode::exists
                              : code == ENOSPC ? VaultErrorCode::full
                                               : VaultErrorCode::unavailable;
  return refuse(kind, file.string() + ": " + std::generic_category().message(code));
}

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

std::expected<SecretKey, VaultError> parse_master_key(std::string_view text) {
  const std::string_view key_text = trimmed(text);
  auto bytes = crypto::from_hex(key_text);
  if (!bytes || bytes->size() != SecretKey::size) bytes = crypto::from_base64(key_text);
  if (!bytes || bytes->size() != SecretKey::size) {
    return refuse(VaultErrorCode::invalid,
                  "a master key is 32 bytes, as 64 hexadecimal digits or as base64");
  }
  SecretKey key{std::span<const std::uint8_t, SecretKey::size>(
      reinterpret_cast<const std::uint8_t*>(bytes->data()), SecretKey::size)};
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return key;
}

std::expected<SecretKey, VaultError> read_master_key(const std::filesystem::path& file) {
  const File opened(file, O_RDONLY);
  if (opened.descriptor() < 0) return system_error(errno, file);
  struct stat status{};
  if (::fstat(opened.descriptor(), &status) != 0) return system_error(errno, file);
  if ((status.st_mode & 077) != 0) {
    return refuse(VaultErrorCode::invalid,
                  file.string() + " can be read or written by others: chmod 600 it");
  }
  std::array<char, 256> text;
  const auto length = ::read(opened.descriptor(), text.data(), text.size());
  if (length < 0) return system_error(errno, file);
  auto key = parse_master_key({text.data(), static_cast<std::size_t>(length)});
  OPENSSL_cleanse(text.data(), text.size());
  if (!key) return refuse(key.error().code, file.string() + ": " + key.error().detail);
  return key;
}

std::expected<SecretKey, VaultError> create_master_key(const std::filesystem::path& file) {
  SecretKey key = SecretKey::random();
  std::string text = crypto::to_hex(key.bytes()) + "\n";
  std::optional<int> failed;
  {
    const File made(file, O_WRONLY | O_CREAT | O_EXCL);
    if (made.descriptor() < 0) return system_error(errno, file);
    const auto written = ::write(made.descriptor(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) failed = written < 0 ? errno : ENOSPC;
    if (!failed && ::fsync(made.descriptor()) != 0) failed = errno;
  }
  OPENSSL_cleanse(text.data(), text.size());
  if (failed) {
    ::unlink(file.c_str());  // half a key would be refused at the next start
    return system_error(*failed, file);
  }
  const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const File directory(parent, O_RDONLY | O_DIRECTORY);
  if (directory.descriptor() < 0 || ::fsync(directory.descriptor()) != 0) {
    return system_error(errno, parent);
  }
  return key;
}

}  // namespace huiyin::keys
