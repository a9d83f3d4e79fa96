#include "mirror.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace huiyin::kafka {
namespace {

using events::LogError;
using events::LogErrorCode;
using events::Partition;
using events::Sequence;

// "SEQUENCE OFFSET COMMANDOFFSET", decimal.
std::string to_note(const Mark& mark) {
  return std::to_string(mark.sequence) + " " + std::to_string(mark.offset) + " " +
         std::to_string(mark.command_offset);
}

std::optional<Mark> to_mark(std::string_view note) {
  Mark mark;
  const char* at = note.data();
  const char* const end = at + note.size();
  const auto number = [&at, end](auto& into) {
    if (at != end && *at == ' ') ++at;
    const auto result = std::from_chars(at, end, into);
    at = result.ptr;
    return result.ec == std::errc{};
  };
  if (!number(mark.sequence) || !number(mark.offset) || !number(mark.command_offset) || at != end)
    return std::nullopt;
  return mark;
}

LogError corrupt(std::string detail) { return {LogErrorCode::corrupt, std::move(detail)}; }

std::string place(const Incoming& record) {
  return record.offset == no_offset ? std::string() : " at offset " + std::to_string(record.offset);
}

}  // namespace

std::expected<std::unique_ptr<Mirror>, LogError> Mirror::open(
    const std::filesystem::path& directory, Partition partitions, const std::string& topic) {
  auto log = local_log::LocalLog::open(directory, local_log::OpenMode::create,
                                       {.partitions = partitions, .mirror_of = topic});
  if (!log) return std::unexpected(log.error());
  std::vector<Mark> marks(partitions);
  for (Partition p = 0; p < partitions; ++p) {
    const auto note = (*log)->note(p);
    if (!note) return std::unexpected(note.error());
    const auto mark = to_mark(*note);
    // Without a mark that fits, the partition is read from its beginning and compared.
    if (mark && mark->sequence <= (*log)->end(p)) marks[p] = *mark;
  }
  return std::unique_ptr<Mirror>(new Mirror(std::move(*log), std::move(marks)));
}

Mark Mirror::mark(Partition partition) const {
  const std::lock_guard lock(mutex_);
  return marks_.at(partition);
}

std::expected<bool, LogError> Mirror::is_new(const Incoming& record, Sequence end) const {
  const events::Position position{record.partition, record.event.sequence};
  const std::string name = events::format_position(position);
  if (position.sequence == end + 1) return true;
  if (position.sequence > end) {
    return std::unexpected(corrupt("hole in the topic: " + name + place(record) + " follows " +
                                   events::format_position({record.partition, end})));
  }
  if (position.sequence > log_->end(record.partition)) {
    return std::unexpected(corrupt(name + place(record) + " is in the topic twice"));
  }
  const auto stored = log_->get(position);
  if (!stored) return std::unexpected(stored.error());
  if (*stored == record.event.frame) return false;
  return std::unexpected(corrupt("the topic's " + name + place(record) +
                                 " is not what was copied: it is another topic, or it has lost "
                                 "its tail. If it is the right one, delete the copy"));
}

std::expected<Mirror::Taken, LogError> Mirror::take(std::span<Incoming> records) {
  const std::lock_guard lock(mutex_);
  Taken taken;
  std::vector<Mark> marks = marks_;
  std::vector<Sequence> ends(marks.size());
  std::vector<bool> grown(marks.size());
  std::vector<bool> refused(marks.size());
  const Partition partitions = log_->partitions();
  for (Partition p = 0; p < partitions; ++p) ends[p] = log_->end(p);
  std::vector<events::LogRecord> fresh;
  fresh.reserve(records.size());
  for (Incoming& record : records) {
    const Partition p = record.partition;
    if (refused.at(p)) continue;
    const auto is_fresh = is_new(record, ends[p]);
    if (!is_fresh) {
      refused[p] = true;
      taken.refused.emplace_back(p, is_fresh.error());
      continue;
    }
    Mark& mark = marks[p];
    mark.command_offset =
        std::max(mark.command_offset, record.event.command_offset.value_or(no_offset));
    if (record.offset != no_offset && record.event.sequence >= mark.sequence) {
      mark.sequence = record.event.sequence;
      mark.offset = record.offset;
    }
    if (!*is_fresh) continue;
    ends[p] = record.event.sequence;
    grown[p] = true;
    fresh.push_back({{p, record.event.sequence}, std::move(record.event.frame)});
  }
  std::vector<local_log::Note> notes;
  for (Partition p = 0; p < partitions; ++p) {
    if (!grown[p]) continue;
    notes.push_back({p, to_note(marks[p])});
    taken.grown.push_back(p);
  }
  if (auto stored = log_->append(fresh, notes); !stored) return std::unexpected(stored.error());
  marks_ = std::move(marks);
  return taken;
}

}  // namespace huiyin::kafka
