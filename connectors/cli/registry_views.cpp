#include "registry_views.hpp"

#include "context.hpp"
#include "local_log/local_log.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;
using projections::RegistryStore;

std::string compared(const RegistryStore& fresh, const fs::path& views) {
  const auto old = RegistryStore::open_read_only(views);
  if (!old) return "unreadable";
  if ((*old)->applied(0) != fresh.applied(0)) return "behind";
  const auto left = fresh.fingerprint(), right = (*old)->fingerprint();
  if (!left || !right) return "unreadable";
  return *left == *right ? "equal" : "different";
}

}  // namespace

Result<std::optional<RegistryRebuild>> rebuild_registry(const fs::path& data) {
  const fs::path folder = data / "registry";
  std::error_code error;
  if (!fs::exists(folder / "log", error)) return std::nullopt;
  const auto log = local_log::LocalLog::open(folder / "log", local_log::OpenMode::existing);
  if (!log) return std::unexpected(to_failure(log.error()));
  const fs::path views = folder / "views", fresh_views = folder / "views.new";
  fs::remove_all(fresh_views, error);
  RegistryRebuild report;
  {
    auto fresh = RegistryStore::open(fresh_views);
    if (!fresh) return std::unexpected(to_failure(fresh.error()));
    const auto filled = projections::catch_up(**log, **fresh);
    if (!filled) return std::unexpected(to_failure(filled.error()));
    report.events = *filled;
    report.old = compared(**fresh, views);
  }
  // A crash between the two leaves no views: the next start makes them.
  fs::remove_all(views, error);
  fs::rename(fresh_views, views, error);
  if (error) return fail("cannot-write", "cannot replace " + views.string());
  return report;
}

}  // namespace huiyin::cli
