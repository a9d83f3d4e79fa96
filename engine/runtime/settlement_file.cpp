#include "settlement_file.hpp"

#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace huiyin::engine {

namespace {
constexpr std::string_view until_words = "settled until ";
constexpr std::string_view for_good = "settled for good";

std::unexpected<std::string> failed(const std::filesystem::path& file) {
  return std::unexpected(file.string() + ": " + std::generic_category().message(errno));
}
}  // namespace

std::expected<events::Instant, std::string> read_settlement(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return never_settled;
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  if (line == for_good) return settled_for_good;
  if (line.starts_with(until_words)) {
    if (const auto at = events::parse_instant(line.substr(until_words.size()))) return *at;
  }
  return std::unexpected(file.string() +
                         ":1: expected \"settled until INSTANT\" or \"settled for good\"");
}

std::expected<void, std::string> write_settlement(const std::filesystem::path& file,
                                                  events::Instant until) {
  if (until == never_settled) {
    std::error_code error;
    std::filesystem::remove(file, error);
    if (error) return std::unexpected(file.string() + ": " + error.message());
    return {};
  }
  std::string line(until == settled_for_good ? for_good : until_words);
  if (until != settled_for_good) events::append_instant(line, until);
  line.push_back('\n');
  const std::filesystem::path fresh = file.string() + ".new";
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return failed(fresh);
  const bool written =
      ::write(descriptor, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
      ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!written || ::rename(fresh.c_str(), file.c_str()) != 0) return failed(file);
  return {};
}

}  // namespace huiyin::engine
