#include "file_source.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <unistd.h>

namespace huiyin::import {
namespace {

class FileSource final : public ByteSource {
 public:
  FileSource(int descriptor, std::string name, std::uint64_t bytes_total)
      : descriptor_(descriptor), name_(std::move(name)), progress_{0, bytes_total} {}
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
  }

  std::expected<std::size_t, InputError> read(std::span<char> out) override {
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, out.data(), out.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      const std::error_code reason(errno, std::generic_category());
      return std::unexpected(InputError{name_ + ": cannot read: " + reason.message()});
    }
    progress_.bytes_read += static_cast<std::uint64_t>(count);
    return static_cast<std::size_t>(count);
  }

  InputProgress progress() const override { return progress_; }

 private:
  int descriptor_;
  std::string name_;
  InputProgress progress_;
};

}  // namespace

ByteSourcePointer make_file_source(int descriptor, std::string name, std::uint64_t bytes_total) {
  return std::make_unique<FileSource>(descriptor, std::move(name), bytes_total);
}

}  // namespace huiyin::import
