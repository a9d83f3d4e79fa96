#include "import/open_input.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decode_text.hpp"
#include "decompress.hpp"
#include "file_source.hpp"

namespace huiyin::import {
namespace {

// Gives back first the bytes that were read ahead to recognise the format.
class Rejoined final : public ByteSource {
 public:
  Rejoined(std::string ahead, ByteSourcePointer rest)
      : ahead_(std::move(ahead)), rest_(std::move(rest)) {}

  std::expected<std::size_t, InputError> read(std::span<char> out) override {
    if (given_ == ahead_.size()) return rest_->read(out);
    const std::size_t count = std::min(out.size(), ahead_.size() - given_);
    std::copy_n(ahead_.begin() + static_cast<std::ptrdiff_t>(given_), count, out.begin());
    given_ += count;
    return count;
  }

  InputProgress progress() const override { return rest_->progress(); }

 private:
  std::string ahead_;
  std::size_t given_ = 0;
  ByteSourcePointer rest_;
};

std::expected<ByteSourcePointer, InputError> open_raw(const std::string& path) {
  const auto failed = [&] {
    const std::error_code reason(errno, std::generic_category());
    return std::unexpected(InputError{path + ": cannot open: " + reason.message()});
  };
  if (path == "-") return make_file_source(STDIN_FILENO, "standard input", 0);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failed();
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
    if (S_ISDIR(status.st_mode)) errno = EISDIR;
    auto error = failed();
    ::close(descriptor);
    return error;
  }
  const bool regular = S_ISREG(status.st_mode);
  if (regular) ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
  return make_file_source(descriptor, path,
                          regular ? static_cast<std::uint64_t>(status.st_size) : 0);
}

std::expected<std::string, InputError> read_ahead(ByteSource& source, std::size_t bytes) {
  std::string ahead(bytes, '\0');
  std::size_t have = 0;
  while (have < bytes) {
    const auto count = source.read(std::span(ahead).subspan(have));
    if (!count) return std::unexpected(count.error());
    if (*count == 0) break;
    have += *count;
  }
  ahead.resize(have);
  return ahead;
}

}  // namespace

std::optional<Encoding> parse_encoding(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lower == "utf-8" || lower == "utf8") return Encoding::utf_8;
  if (lower == "gb18030" || lower == "gbk" || lower == "gb2312") return Encoding::gb18030;
  return std::nullopt;
}

std::expected<ByteSourcePointer, InputError> open_input(const std::string& path,
                                                        Encoding encoding) {
  const std::string name = path == "-" ? "standard input" : path;
  auto raw = open_raw(path);
  if (!raw) return raw;
  auto ahead = read_ahead(**raw, magic_bytes);
  if (!ahead) return std::unexpected(ahead.error());
  const Compression compression = compression_of(*ahead);
  auto source =
      decompress(std::make_unique<Rejoined>(*std::move(ahead), *std::move(raw)), compression, name);
  if (encoding == Encoding::gb18030) return decode_gb18030(std::move(source), name);
  return source;
}

}  // namespace huiyin::import
