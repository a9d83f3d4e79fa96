// The views as they were at an earlier time: rebuilt from the log with a cut, and kept beside the
// data, so that the same question is answered at once the second time.
#pragma once

#include <filesystem>
#include <memory>

#include "events/event_log.hpp"
#include "outcome.hpp"
#include "projections/rebuild.hpp"
#include "projections/view_store.hpp"

namespace huiyin::cli {

// Kept in data/cuts, or below the system's temporary folder where the data cannot be written; named
// by the cut and by where the log ends, so that a longer log is another name. The least recently
// made go beyond kept_cuts.
inline constexpr std::size_t kept_cuts = 8;

Result<std::unique_ptr<projections::ViewStore>> open_cut_views(const events::EventLog& log,
                                                               const std::filesystem::path& data,
                                                               projections::Cut cut);

// A folder for what can be made again: data/cuts, or the other place named above.
Result<std::filesystem::path> scratch_folder(const std::filesystem::path& data);

// Fills empty views from the log up to the cut, with a progress bar; SIGINT and SIGTERM end it.
Result<projections::RebuildReport> fill(const events::EventLog& log, projections::ViewStore& empty,
                                        const projections::Cut& cut);
// The same for new views below a path.
Result<projections::RebuildReport> fill_views(const events::EventLog& log,
                                              const std::filesystem::path& views,
                                              const projections::Cut& cut);

}  // namespace huiyin::cli
