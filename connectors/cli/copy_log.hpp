// A log copied event by event: works beside a server, and every event is checked on the way.
#pragma once

#include <filesystem>

#include "events/event_log.hpp"
#include "outcome.hpp"

namespace huiyin::cli {

// Into a new log at `target`, which must not exist. The events copied. Ends where the partitions
// ended when `from` was opened.
Result<std::uint64_t> copy_log(const events::EventLog& from, const std::filesystem::path& target);

// Where the partitions of a log end now.
std::vector<events::Sequence> ends_of(const events::EventLog& log);

// `to` must hold nothing, or a beginning of `from`, event for event: `not-empty` says where it does
// not.
Done check_continues(const events::EventLog& from, const events::EventLog& to);

// Appends what `from` has beyond `to` up to `ends`, each event at its position, and looks that both
// end alike. The events appended. Interrupted, it can be called again.
Result<std::uint64_t> copy_events(const events::EventLog& from,
                                  const std::vector<events::Sequence>& ends, events::EventLog& to);

}  // namespace huiyin::cli
