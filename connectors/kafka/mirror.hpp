// The copy of the events topic on this machine, and how far it goes.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "local_log/local_log.hpp"
#include "wire.hpp"

namespace huiyin::kafka {

inline constexpr std::int64_t no_offset = -1;

// The last record of a partition whose place in the topic is known; stored with that record in one
// batch. Reading goes on *at* it: it must come again as it was, or the topic is not the one that
// was copied.
struct Mark {
  events::Sequence sequence = 0;
  std::int64_t offset = no_offset;
  std::int64_t command_offset = no_offset;  // the highest of the records up to it
};

struct Incoming {
  events::Partition partition = 0;
  std::int64_t offset = no_offset;  // no_offset: not known
  WireEvent event;
};

// Thread-safe: the follower and the owner of a partition may bring the same records.
class Mirror {
 public:
  static std::expected<std::unique_ptr<Mirror>, events::LogError> open(
      const std::filesystem::path& directory, events::Partition partitions,
      const std::string& topic);

  const local_log::LocalLog& log() const { return *log_; }
  Mark mark(events::Partition partition) const;

  struct Taken {
    std::vector<events::Partition> grown;
    // Partitions whose records do not fit what is here: `corrupt`. The others' are in.
    std::vector<std::pair<events::Partition, events::LogError>> refused;
  };
  // Skips what is here already, after comparing it, and stores the rest in one batch. An error is
  // the disk's: nothing was stored.
  std::expected<Taken, events::LogError> take(std::span<Incoming> records);

 private:
  Mirror(std::unique_ptr<local_log::LocalLog> log, std::vector<Mark> marks)
      : log_(std::move(log)), marks_(std::move(marks)) {}
  std::expected<bool, events::LogError> is_new(const Incoming& record, events::Sequence end) const;

  std::unique_ptr<local_log::LocalLog> log_;
  mutable std::mutex mutex_;
  std::vector<Mark> marks_;
};

}  // namespace huiyin::kafka
