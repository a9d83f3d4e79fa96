#include "cut_views.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

#include <unistd.h>

#include "console/progress.hpp"
#include "context.hpp"
#include "crypto/digest.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;
using projections::ViewStore;

std::string cut_name(const projections::Cut& cut) {
  std::string text;
  for (const auto& time : {cut.as_of, cut.known_at}) {
    text += (time ? events::format_instant(*time) : "") + "\n";
  }
  for (const events::Sequence end : cut.upto) text += std::to_string(end) + " ";
  return crypto::sha256_hex(text).substr(0, 32);
}

// What is open elsewhere stays readable there: its files are open.
void remove_old_cuts(const fs::path& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> all;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    all.emplace_back(entry.last_write_time(ignored), entry.path());
  }
  std::ranges::sort(all);
  for (std::size_t i = 0; i + kept_cuts < all.size(); ++i) fs::remove_all(all[i].second, ignored);
}

}  // namespace

Result<fs::path> scratch_folder(const fs::path& data) {
  std::error_code error;
  fs::path beside = data / "cuts";
  fs::create_directories(beside, error);
  if (!error && ::access(beside.c_str(), W_OK) == 0) return beside;
  fs::path temporary = fs::temp_directory_path(error) /
                       ("huiyin-cuts-" + std::to_string(::getuid())) /
                       crypto::sha256_hex(fs::absolute(data, error).string()).substr(0, 16);
  fs::create_directories(temporary, error);
  if (!error && ::access(temporary.c_str(), W_OK) == 0) return temporary;
  return fail("no-room", "neither " + beside.string() + " nor " + temporary.string() +
                             " can be written, where the views of that time would be kept");
}

Result<projections::RebuildReport> fill(const events::EventLog& log, ViewStore& empty,
                                        const projections::Cut& cut) {
  console::Progress bar("rebuild", 0);
  std::mutex drawing;
  const Interruption interruption;
  projections::RebuildOptions options;
  options.cut = cut;
  options.stop = &interruption.flag();
  options.progress = [&](std::uint64_t done, std::uint64_t total) {
    const std::lock_guard lock(drawing);
    bar.update(done, total);
  };
  const auto report = projections::rebuild(log, empty, options);
  bar.finish();
  if (!report) return std::unexpected(to_failure(report.error()));
  return *report;
}

Result<projections::RebuildReport> fill_views(const events::EventLog& log, const fs::path& views,
                                              const projections::Cut& cut) {
  auto store = ViewStore::open(views, log.partitions());
  if (!store) return std::unexpected(to_failure(store.error()));
  return fill(log, **store, cut);
}

Result<std::unique_ptr<ViewStore>> open_cut_views(const events::EventLog& log, const fs::path& data,
                                                  projections::Cut cut) {
  for (events::Partition p = 0; p < log.partitions(); ++p) cut.upto.push_back(log.end(p));
  const auto folder = scratch_folder(data);
  if (!folder) return std::unexpected(folder.error());
  const fs::path kept = *folder / cut_name(cut);
  std::error_code error;
  if (!fs::exists(kept, error)) {
    // Made under another name and then renamed: a half-made one is never taken for whole.
    const fs::path making = kept.string() + "." + std::to_string(::getpid());
    const auto made = fill_views(log, making, cut);
    if (made) fs::rename(making, kept, error);
    if (!made || error) {
      std::error_code ignored;
      fs::remove_all(making, ignored);
    }
    if (!made) return std::unexpected(made.error());
    // Another process may have been faster; its views are the same.
    if (error && !fs::exists(kept)) return fail("no-room", "cannot keep " + kept.string());
    remove_old_cuts(*folder);
  }
  auto store = ViewStore::open_read_only(kept, log.partitions());
  if (!store) return std::unexpected(to_failure(store.error()));
  return std::move(*store);
}

}  // namespace huiyin::cli
