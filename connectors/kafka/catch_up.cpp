#include "catch_up.hpp"

#include "intake.hpp"
#include "kafka/kafka_log.hpp"
#include "log_errors.hpp"

namespace huiyin::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using events::LogError;
using events::LogErrorCode;

constexpr Feed::Milliseconds one_look{200};
// How long a broker holds an empty fetch: the end is noticed after it.
constexpr Feed::Milliseconds idle{10};

class Stall {
 public:
  explicit Stall(Feed::Milliseconds patience)
      : patience_(patience), until_(Clock::now() + patience) {}
  void moved() { until_ = Clock::now() + patience_; }
  bool over() const { return Clock::now() >= until_; }

 private:
  Feed::Milliseconds patience_;
  Clock::time_point until_;
};

LogError stalled(const CatchUp& what, events::Partition partition, std::int64_t at,
                 std::int64_t target) {
  return {LogErrorCode::unavailable,
          what.topic + " " + std::to_string(partition) + ": reading stands at offset " +
              std::to_string(at) + " of " + std::to_string(target) +
              "; the brokers do not answer, or an unfinished transaction is before it"};
}

// The high watermark; a mirrored record must lie below it. Just after an election a leader may show
// an older one, so an answer that is too low is asked for again.
std::expected<std::int64_t, LogError> target_of(const CatchUp& what, events::Partition partition,
                                                const Mark& mark) {
  const Stall stall(what.stall_patience);
  for (;;) {
    const auto end = what.probe.end(partition, Feed::Milliseconds(5'000));
    if (end && *end > mark.offset) return *end;
    if (stall.over() || (what.stop && what.stop())) {
      if (!end) return std::unexpected(to_log_error(end.error()));
      return std::unexpected(LogError{
          LogErrorCode::corrupt, what.topic + " " + std::to_string(partition) + " ends at offset " +
                                     std::to_string(*end) + ", but the mirror has " +
                                     events::format_position({partition, mark.sequence}) +
                                     " from offset " + std::to_string(mark.offset) +
                                     ": the topic has lost its tail, or it is another topic"});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace

std::expected<std::uint64_t, LogError> catch_up(const CatchUp& what, events::Partition partition) {
  const Mark mark = what.mirror.mark(partition);
  const auto target = target_of(what, partition, mark);
  if (!target) return std::unexpected(target.error());
  if (*target == 0) {
    const auto end = what.mirror.log().end(partition);
    if (end == 0) return 0;
    return std::unexpected(
        LogError{LogErrorCode::corrupt, what.topic + " " + std::to_string(partition) +
                                            " is empty, but the mirror has " +
                                            events::format_position({partition, end})});
  }

  auto feed = Feed::open(what.settings, what.topic, Isolation::committed, idle);
  if (!feed) return std::unexpected(to_log_error(feed.error()));
  const FeedStart start{partition, std::max<std::int64_t>(mark.offset, 0)};
  if (const auto assigned = feed->assign({&start, 1}); !assigned)
    return std::unexpected(to_log_error(assigned.error()));

  const auto before = what.mirror.log().end(partition);
  Stall stall(what.stall_patience);
  std::int64_t at = -1;
  while (at < *target) {
    Intake intake = gather(*feed, one_look);
    const auto taken = what.mirror.take(intake.records);
    if (!taken) return std::unexpected(taken.error());
    if (!taken->refused.empty()) return std::unexpected(taken->refused.front().second);
    if (!intake.problems.empty()) return std::unexpected(intake.problems.front().second);
    std::int64_t now = feed->position(partition);
    // A topic whose records are all aborted has an end, but nothing that moves the position.
    for (const auto& [p, offset] : intake.ends) now = std::max(now, offset);
    if (now > at) {
      at = now;
      stall.moved();
    }
    if (at >= *target) break;
    if (what.stop && what.stop())
      return std::unexpected(LogError{LogErrorCode::unavailable, "stopped while catching up"});
    if (stall.over()) return std::unexpected(stalled(what, partition, at, *target));
  }
  // All that the mirror had before must have come again, or lie before the mark.
  return what.mirror.log().end(partition) - before;
}

}  // namespace huiyin::kafka
