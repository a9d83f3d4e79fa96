// The port of the log over vectors: as honest as a log in memory can be (order, gaps, ends, readers
// that go on), durable as long as the process lives.
#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "events/event_log.hpp"

namespace huiyin::test {

class MemoryLog : public events::EventLog {
 public:
  explicit MemoryLog(events::Partition partitions) : frames_(partitions) {}

  events::Partition partitions() const override {
    return static_cast<events::Partition>(frames_.size());
  }

  std::expected<void, events::LogError> append(
      std::span<const events::LogRecord> records) override {
    const std::lock_guard lock(mutex_);
    std::vector<events::Sequence> ends;
    ends.reserve(frames_.size());
    for (const auto& frames : frames_) ends.push_back(frames.size());
    for (const events::LogRecord& record : records) {
      if (record.position.sequence != ++ends.at(record.position.partition)) {
        return std::unexpected(events::LogError{events::LogErrorCode::gap,
                                                "append at " + format_position(record.position)});
      }
    }
    for (const events::LogRecord& record : records) {
      frames_[record.position.partition].push_back(record.frame);
    }
    return {};
  }

  events::Sequence end(events::Partition partition) const override {
    const std::lock_guard lock(mutex_);
    return frames_.at(partition).size();
  }

  std::unique_ptr<events::LogReader> read(events::Partition partition,
                                          events::Sequence from) const override {
    return std::make_unique<Reader>(*this, events::Position{partition, from - 1});
  }

  std::expected<std::string, events::LogError> get(events::Position position) const override {
    const std::lock_guard lock(mutex_);
    const auto& frames = frames_.at(position.partition);
    if (position.sequence == 0 || position.sequence > frames.size()) {
      return std::unexpected(
          events::LogError{events::LogErrorCode::missing, format_position(position)});
    }
    return frames[position.sequence - 1];
  }

  // For tests of what damage does: the stored bytes themselves.
  std::string& frame(events::Position position) {
    return frames_.at(position.partition).at(position.sequence - 1);
  }

 private:
  class Reader : public events::LogReader {
   public:
    Reader(const MemoryLog& log, events::Position at) : log_(log), at_(at) {}
    std::expected<std::optional<std::string_view>, events::LogError> next() override {
      const std::lock_guard lock(log_.mutex_);
      const auto& frames = log_.frames_.at(at_.partition);
      if (at_.sequence >= frames.size()) return std::nullopt;
      return frames[at_.sequence++];  // a deque's elements stay where they are
    }
    events::Position position() const override { return at_; }

   private:
    const MemoryLog& log_;
    events::Position at_;
  };

  mutable std::mutex mutex_;
  std::vector<std::deque<std::string>> frames_;
};

}  // namespace huiyin::test
