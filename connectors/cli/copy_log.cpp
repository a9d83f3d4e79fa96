#include "copy_log.hpp"

#include "console/progress.hpp"
#include "context.hpp"
#include "events/envelope.hpp"
#include "local_log/local_log.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

constexpr std::size_t batch_bytes = 4U << 20U;  // per fsync

}  // namespace

Result<std::uint64_t> copy_log(const events::EventLog& from, const std::filesystem::path& target) {
  std::error_code ignored;
  if (std::filesystem::exists(target, ignored))
    return fail("not-empty", target.string() + " is there already");
  std::filesystem::create_directories(target.parent_path(), ignored);
  auto to = local_log::LocalLog::open(target, local_log::OpenMode::create,
                                      {.partitions = from.partitions()});
  if (!to) return std::unexpected(to_failure(to.error()));

  std::uint64_t total = 0;
  std::uint64_t copied = 0;
  for (events::Partition p = 0; p < from.partitions(); ++p) total += from.end(p);
  console::Progress bar("copy", total);
  const Interruption interruption;
  std::vector<events::LogRecord> batch;
  std::size_t bytes = 0;
  for (events::Partition p = 0; p < from.partitions(); ++p) {
    const auto reader = from.read(p, 1);
    const events::Sequence end = from.end(p);
    while (reader->position().sequence < end) {
      const auto frame = reader->next();
      if (!frame) return std::unexpected(to_failure(frame.error()));
      if (!*frame) break;
      const auto position = reader->position();
      if (const auto view = events::decode_frame(**frame); !view) {
        return fail("log-damaged",
                    "event " + events::format_position(position) + ": " + view.error());
      }
      batch.push_back({position, std::string(**frame)});
      bytes += (*frame)->size();
      bar.update(++copied);
      if (bytes < batch_bytes && position.sequence < end) continue;
      if (const auto appended = (*to)->append(batch); !appended)
        return std::unexpected(to_failure(appended.error()));
      batch.clear();
      bytes = 0;
      if (interruption.flag()) return fail("interrupted", "the copy is not whole: delete it");
    }
  }
  return copied;
}

}  // namespace huiyin::cli
