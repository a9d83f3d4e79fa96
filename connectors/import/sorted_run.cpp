#include "sorted_run.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace huiyin::import {
namespace {

SortError error(const std::string& what, const std::filesystem::path& directory) {
  const int number = errno;
  std::string message = what + " in " + directory.string() + ": ";
  if (number == ENOSPC || number == EDQUOT) {
    message += "no space left; free some, or choose another temporary directory";
  } else {
    message += std::error_code(number, std::generic_category()).message();
  }
  return SortError{std::move(message)};
}

}  // namespace

std::uint64_t key_prefix(std::string_view key) {
  std::uint64_t prefix = 0;
  std::memcpy(&prefix, key.data(), std::min(key.size(), sizeof prefix));
  return std::endian::native == std::endian::little ? std::byteswap(prefix) : prefix;
}

std::expected<RunFile, SortError> RunFile::create(const std::filesystem::path& directory) {
  std::string name = (directory / "huiyin-sort-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) return std::unexpected(error("cannot make a temporary file", directory));
  ::unlink(name.c_str());
  return RunFile(descriptor, directory);
}

RunFile::RunFile(RunFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      directory_(std::move(other.directory_)),
      bytes_(other.bytes_) {}

RunFile& RunFile::operator=(RunFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(directory_, other.directory_);
  std::swap(bytes_, other.bytes_);
  return *this;
}

RunFile::~RunFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::expected<void, SortError> RunFile::write(const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(descriptor_, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return std::unexpected(error("cannot write sorted rows", directory_));
    bytes += written;
    count -= static_cast<std::size_t>(written);
    bytes_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

std::expected<std::size_t, SortError> RunFile::read(char* bytes, std::size_t count) {
  ssize_t got = 0;
  do {
    got = ::read(descriptor_, bytes, count);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return std::unexpected(error("cannot read sorted rows", directory_));
  return static_cast<std::size_t>(got);
}

std::expected<void, SortError> RunFile::rewind() {
  if (::lseek(descriptor_, 0, SEEK_SET) != 0) {
    return std::unexpected(error("cannot rewind sorted rows", directory_));
  }
  return {};
}

RunWriter::RunWriter(RunFile file, std::size_t buffer_bytes)
    : file_(std::move(file)), buffer_bytes_(buffer_bytes) {
  buffer_.reserve(buffer_bytes);
}

std::expected<void, SortError> RunWriter::append(SortedRecord record) {
  const RecordHeader header{static_cast<std::uint32_t>(record.key.size()),
                            static_cast<std::uint32_t>(record.payload.size())};
  if (buffer_.size() + sizeof header + record.key.size() + record.payload.size() > buffer_bytes_) {
    if (auto written = file_.write(buffer_.data(), buffer_.size()); !written) return written;
    buffer_.clear();
  }
  const auto* header_bytes = reinterpret_cast<const char*>(&header);
  buffer_.insert(buffer_.end(), header_bytes, header_bytes + sizeof header);
  buffer_.insert(buffer_.end(), record.key.begin(), record.key.end());
  buffer_.insert(buffer_.end(), record.payload.begin(), record.payload.end());
  return {};
}

std::expected<RunFile, SortError> RunWriter::finish() {
  if (auto written = file_.write(buffer_.data(), buffer_.size()); !written) {
    return std::unexpected(written.error());
  }
  if (auto rewound = file_.rewind(); !rewound) return std::unexpected(rewound.error());
  return std::move(file_);
}

RunReader::RunReader(RunFile file, std::size_t buffer_bytes)
    : file_(std::move(file)), buffer_(buffer_bytes) {}

std::expected<bool, SortError> RunReader::want(std::size_t count) {
  if (end_ - begin_ >= count) return true;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  if (buffer_.size() < count) buffer_.resize(count);
  while (end_ < count) {
    const auto got = file_.read(buffer_.data() + end_, buffer_.size() - end_);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return false;
    end_ += *got;
  }
  return true;
}

std::expected<bool, SortError> RunReader::advance() {
  RecordHeader header;
  if (auto there = want(sizeof header); !there || !*there) return there;
  std::memcpy(&header, buffer_.data() + begin_, sizeof header);
  const std::size_t length = std::size_t{header.key_bytes} + header.payload_bytes;
  auto there = want(sizeof header + length);
  if (!there) return there;
  if (!*there) return std::unexpected(SortError{"a temporary file of sorted rows was cut short"});
  const char* key = buffer_.data() + begin_ + sizeof header;
  record_ = {{key, header.key_bytes}, {key + header.key_bytes, header.payload_bytes}};
  prefix_ = key_prefix(record_.key);
  begin_ += sizeof header + length;
  return true;
}

}  // namespace huiyin::import
