// HEAD: the last acknowledged sequence of every partition.
//
//   u64 XXH3 of all that follows
//   u32 "HYH1"
//   u32 number of partitions
//   u64 last sequence, per partition
//
// Little-endian. Rewritten in place, by one write that stays within a page, so that a killed
// process leaves it whole. Never ahead of the log itself: it is written after the log's fdatasync.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "events/event_log.hpp"

namespace huiyin::local_log {

// Nothing when there is no such file; `corrupt` when it is not what was written.
std::expected<std::optional<std::vector<events::Sequence>>, events::LogError> read_head(
    const std::filesystem::path& file);

class HeadFile {
 public:
  // Makes the file anew, synced, holding `ends`.
  static std::expected<HeadFile, events::LogError> create(
      const std::filesystem::path& file, const std::vector<events::Sequence>& ends);
  HeadFile(HeadFile&& other) noexcept;
  HeadFile& operator=(HeadFile&&) = delete;
  ~HeadFile();

  // Not synced. A failure is not reported: the record itself is durable, and an older HEAD only
  // notices less.
  void write(const std::vector<events::Sequence>& ends);

 private:
  explicit HeadFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::string bytes_;
};

}  // namespace huiyin::local_log
