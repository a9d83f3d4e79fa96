// The events of all partitions as one feed. A cursor holds a position per partition; it is opaque
// to clients. Order is kept within a partition, and so within a case.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/event_log.hpp"

namespace huiyin::api {

// The last sequence seen of each partition.
using FeedCursor = std::vector<events::Sequence>;

std::string format_cursor(const FeedCursor& cursor);
// Nothing when the text is no cursor of a log with that many partitions. "" is the beginning.
std::optional<FeedCursor> parse_cursor(std::string_view text, events::Partition partitions);

// Calls `visit(frame, cursor after it)` for at most `limit` events beyond `cursor`, which moves
// along; partitions take turns in runs, so that none waits for ever.
using FeedVisitor = void (*)(void* context, std::string_view frame, const FeedCursor& cursor);
std::expected<std::size_t, events::LogError> read_feed(const events::EventLog& log,
                                                       FeedCursor& cursor, std::size_t limit,
                                                       void* context, FeedVisitor visit);

}  // namespace huiyin::api
