#include "copy_log.hpp"

#include <algorithm>

#include "console/progress.hpp"
#include "context.hpp"
#include "events/envelope.hpp"
#include "local_log/local_log.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

constexpr std::size_t batch_bytes = 4U << 20U;  // per fsync, or per transaction
constexpr std::size_t batch_records = 5'000;

// One partition's way, in batches.
class Copying {
 public:
  Copying(const events::EventLog& from, events::EventLog& to, console::Progress& bar)
      : from_(from), to_(to), bar_(bar) {}

  Done partition(events::Partition p, events::Sequence end, const std::atomic<bool>& interrupted) {
    const auto reader = from_.read(p, to_.end(p) + 1);
    for (auto next = to_.end(p) + 1; next <= end; ++next) {
      const auto frame = reader->next();
      if (!frame) return std::unexpected(to_failure(frame.error()));
      const std::string name = events::format_position({p, next});
      if (!*frame) return fail("log-damaged", "event " + name + " is gone");
      if (const auto view = events::decode_frame(**frame); !view)
        return fail("log-damaged", "event " + name + ": " + view.error());
      batch_.push_back({reader->position(), std::string(**frame)});
      bytes_ += (*frame)->size();
      bar_.update(++copied);
      if (bytes_ < batch_bytes && batch_.size() < batch_records && next < end) continue;
      if (auto appended = to_.append(batch_); !appended)
        return std::unexpected(to_failure(appended.error()));
      batch_.clear();
      bytes_ = 0;
      if (interrupted) return fail("interrupted", "the copy is not whole: repeat it, or delete it");
    }
    return {};
  }

  std::uint64_t copied = 0;

 private:
  const events::EventLog& from_;
  events::EventLog& to_;
  console::Progress& bar_;
  std::vector<events::LogRecord> batch_;
  std::size_t bytes_ = 0;
};

Done same_partitions(const events::EventLog& from, const events::EventLog& to) {
  if (from.partitions() == to.partitions()) return {};
  return fail("not-empty", "the target has " + std::to_string(to.partitions()) +
                               " partitions, the source " + std::to_string(from.partitions()) +
                               ": events would move, and positions with them");
}

}  // namespace

std::vector<events::Sequence> ends_of(const events::EventLog& log) {
  std::vector<events::Sequence> ends(log.partitions());
  for (events::Partition p = 0; p < log.partitions(); ++p) ends[p] = log.end(p);
  return ends;
}

Done check_continues(const events::EventLog& from, const events::EventLog& to) {
  if (auto same = same_partitions(from, to); !same) return same;
  const auto ends = ends_of(to);
  std::uint64_t total = 0;
  std::uint64_t compared = 0;
  for (const events::Sequence end : ends) total += end;
  console::Progress bar("compare", total);
  const Interruption interruption;
  for (events::Partition p = 0; p < from.partitions(); ++p) {
    if (ends[p] > from.end(p)) {
      return fail("not-empty", "the target has more than the source: " +
                                   events::format_position({p, from.end(p) + 1}));
    }
    const auto left = from.read(p, 1);
    const auto right = to.read(p, 1);
    for (events::Sequence s = 1; s <= ends[p]; ++s) {
      const auto one = left->next();
      if (!one) return std::unexpected(to_failure(one.error()));
      const auto other = right->next();
      if (!other) return std::unexpected(to_failure(other.error()));
      if (*one != *other) {
        return fail("not-empty", "the target holds another log: event " +
                                     events::format_position({p, s}) + " is not the source's");
      }
      bar.update(++compared);
      if (interruption.flag()) return fail("interrupted", "nothing was copied");
    }
  }
  return {};
}

Result<std::uint64_t> copy_events(const events::EventLog& from,
                                  const std::vector<events::Sequence>& ends, events::EventLog& to) {
  if (auto same = same_partitions(from, to); !same) return std::unexpected(same.error());
  std::uint64_t total = 0;
  for (events::Partition p = 0; p < from.partitions(); ++p)
    total += ends[p] - std::min(ends[p], to.end(p));
  console::Progress bar("copy", total);
  const Interruption interruption;
  Copying copying(from, to, bar);
  for (events::Partition p = 0; p < from.partitions(); ++p) {
    if (auto done = copying.partition(p, ends[p], interruption.flag()); !done)
      return std::unexpected(done.error());
  }
  if (ends_of(to) != ends)
    return fail("log-damaged", "the copy does not end where the source does");
  return copying.copied;
}

Result<std::uint64_t> copy_log(const events::EventLog& from, const std::filesystem::path& target) {
  std::error_code ignored;
  if (std::filesystem::exists(target, ignored))
    return fail("not-empty", target.string() + " is there already");
  std::filesystem::create_directories(target.parent_path(), ignored);
  auto to = local_log::LocalLog::open(target, local_log::OpenMode::create,
                                      {.partitions = from.partitions()});
  if (!to) return std::unexpected(to_failure(to.error()));
  return copy_events(from, ends_of(from), **to);
}

}  // namespace huiyin::cli
