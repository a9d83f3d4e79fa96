#include "head_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <unistd.h>
#include <xxhash.h>

namespace huiyin::local_log {
namespace {

constexpr std::uint32_t magic = 0x31485948;  // "HYH1"
constexpr std::size_t header_bytes = 16;

void encode(std::string& out, const std::vector<events::Sequence>& ends) {
  const auto count = static_cast<std::uint32_t>(ends.size());
  out.resize(header_bytes + ends.size() * sizeof(events::Sequence));
  std::memcpy(out.data() + 8, &magic, sizeof(magic));
  std::memcpy(out.data() + 12, &count, sizeof(count));
  std::memcpy(out.data() + header_bytes, ends.data(), ends.size() * sizeof(events::Sequence));
  const std::uint64_t checksum = XXH3_64bits(out.data() + 8, out.size() - 8);
  std::memcpy(out.data(), &checksum, sizeof(checksum));
}

std::optional<std::vector<events::Sequence>> decode(const std::string& bytes) {
  if (bytes.size() < header_bytes) return std::nullopt;
  std::uint64_t checksum = 0;
  std::uint32_t count = 0;
  std::memcpy(&checksum, bytes.data(), sizeof(checksum));
  std::memcpy(&count, bytes.data() + 12, sizeof(count));
  if (checksum != XXH3_64bits(bytes.data() + 8, bytes.size() - 8) ||
      std::memcmp(bytes.data() + 8, &magic, sizeof(magic)) != 0 ||
      bytes.size() != header_bytes + count * sizeof(events::Sequence)) {
    return std::nullopt;
  }
  std::vector<events::Sequence> ends(count);
  std::memcpy(ends.data(), bytes.data() + header_bytes, count * sizeof(events::Sequence));
  return ends;
}

events::LogError system_error(int code, const std::filesystem::path& file) {
  return {code == ENOSPC ? events::LogErrorCode::full : events::LogErrorCode::unavailable,
          file.string() + ": " + std::generic_category().message(code)};
}

}  // namespace

std::expected<std::optional<std::vector<events::Sequence>>, events::LogError> read_head(
    const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return std::nullopt;
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  auto ends = decode(bytes);
  if (!ends) {
    return std::unexpected(events::LogError{
        events::LogErrorCode::corrupt,
        file.string() + " is not what was written: the disk may have damaged other files too. " +
            "Run verify on a copy, restore a backup, or remove this file to open without it."});
  }
  return ends;
}

std::expected<HeadFile, events::LogError> HeadFile::create(
    const std::filesystem::path& file, const std::vector<events::Sequence>& ends) {
  const std::filesystem::path fresh = file.string() + ".new";
  const int descriptor = ::open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return std::unexpected(system_error(errno, fresh));
  HeadFile head(descriptor);
  encode(head.bytes_, ends);
  const auto written = ::pwrite(descriptor, head.bytes_.data(), head.bytes_.size(), 0);
  if (written != static_cast<ssize_t>(head.bytes_.size())) {
    return std::unexpected(system_error(written < 0 ? errno : ENOSPC, fresh));
  }
  if (::fsync(descriptor) != 0) return std::unexpected(system_error(errno, fresh));
  if (::rename(fresh.c_str(), file.c_str()) != 0) return std::unexpected(system_error(errno, file));
  const int directory = ::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory >= 0) {
    ::fsync(directory);
    ::close(directory);
  }
  return head;
}

HeadFile::HeadFile(HeadFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), bytes_(std::move(other.bytes_)) {}

HeadFile::~HeadFile() {
  if (descriptor_ < 0) return;
  ::fdatasync(descriptor_);
  ::close(descriptor_);
}

void HeadFile::write(const std::vector<events::Sequence>& ends) {
  encode(bytes_, ends);
  [[maybe_unused]] const auto written = ::pwrite(descriptor_, bytes_.data(), bytes_.size(), 0);
}

}  // namespace huiyin::local_log
