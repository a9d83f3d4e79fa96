#include "event_feed.hpp"

#include <algorithm>
#include <charconv>

namespace huiyin::api {
namespace {

constexpr std::size_t run_length = 64;  // events of one partition before the next has its turn

}  // namespace

std::string format_cursor(const FeedCursor& cursor) {
  std::string out;
  for (const events::Sequence sequence : cursor) {
    if (!out.empty()) out.push_back('.');
    out += std::to_string(sequence);
  }
  return out;
}

std::optional<FeedCursor> parse_cursor(std::string_view text, events::Partition partitions) {
  FeedCursor cursor;
  if (text.empty()) return FeedCursor(partitions, 0);
  while (true) {
    events::Sequence sequence = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), sequence);
    if (read.ec != std::errc{}) return std::nullopt;
    cursor.push_back(sequence);
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    if (text.empty()) break;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  if (cursor.size() != partitions) return std::nullopt;
  return cursor;
}

std::expected<std::size_t, events::LogError> read_feed(const events::EventLog& log,
                                                       FeedCursor& cursor, std::size_t limit,
                                                       void* context, FeedVisitor visit) {
  std::size_t total = 0;
  for (bool progress = true; progress && total < limit;) {
    progress = false;
    for (events::Partition p = 0; p < cursor.size() && total < limit; ++p) {
      if (log.end(p) <= cursor[p]) continue;
      const auto reader = log.read(p, cursor[p] + 1);
      for (std::size_t i = 0; i < run_length && total < limit; ++i) {
        const auto frame = reader->next();
        if (!frame) return std::unexpected(frame.error());
        if (!*frame) break;
        cursor[p] = reader->position().sequence;
        visit(context, **frame, cursor);
        ++total;
        progress = true;
      }
    }
  }
  return total;
}

}  // namespace huiyin::api
