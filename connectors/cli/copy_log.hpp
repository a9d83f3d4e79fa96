// A log copied event by event: works beside a server, and every event is checked on the way.
#pragma once

#include <filesystem>

#include "events/event_log.hpp"
#include "outcome.hpp"

namespace huiyin::cli {

// Into a new log at `target`, which must not exist. The events copied. Ends where the partitions
// ended when `from` was opened.
Result<std::uint64_t> copy_log(const events::EventLog& from, const std::filesystem::path& target);

}  // namespace huiyin::cli
