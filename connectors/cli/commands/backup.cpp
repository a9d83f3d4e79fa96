// huiyin backup, huiyin restore: what cannot be made again, to another place and back.
#include <cstdlib>
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "copy_log.hpp"
#include "cut_views.hpp"
#include "keys/master_key.hpp"
#include "keys/vault.hpp"
#include "local_log/local_log.hpp"
#include "output.hpp"
#include "registry_views.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;

// Beside the log and the keys: files that a backup takes as they are.
constexpr std::array<const char*, 2> plain_files{"principals.toml", "imports-settled"};

Done copy_plain_files(const fs::path& from, const fs::path& to) {
  for (const char* name : plain_files) {
    std::error_code error;
    if (!fs::exists(from / name, error)) continue;
    fs::copy_file(from / name, to / name, error);
    if (error)
      return fail("cannot-write", "cannot copy " + std::string(name) + ": " + error.message());
  }
  return {};
}

Done copy_keys(const node::Settings& settings, const fs::path& target) {
  std::error_code ignored;
  if (!fs::exists(settings.data / "keys", ignored)) return {};
  const char* given = std::getenv("HUIYIN_MASTER_KEY");  // NOLINT(concurrency-mt-unsafe)
  const auto file =
      settings.master_key.empty() ? settings.data / "master.key" : settings.master_key;
  const auto master =
      given != nullptr ? keys::parse_master_key(given) : keys::read_master_key(file);
  if (!master) return fail("keys-unavailable", master.error().detail);
  const auto vault = keys::Vault::open(settings.data / "keys", *master);
  if (!vault) return fail("keys-unavailable", vault.error().detail);
  if (const auto copied = (*vault)->copy_to(target); !copied)
    return fail("keys-unavailable", copied.error().detail);
  return {};
}

// The registry's log.
Done copy_registry(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::exists(from / "registry" / "log", error)) return {};
  const auto log =
      local_log::LocalLog::open(from / "registry" / "log", local_log::OpenMode::read_only);
  if (!log) return std::unexpected(to_failure(log.error()));
  fs::create_directories(to / "registry", error);
  if (const auto copied = copy_log(**log, to / "registry" / "log"); !copied)
    return std::unexpected(copied.error());
  return {};
}

Done run_backup(const Context& context, const fs::path& folder) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    return misuse(folder.string() + " is not empty");
  const auto log =
      local_log::LocalLog::open(settings->data / "log", local_log::OpenMode::read_only);
  if (!log) return std::unexpected(to_failure(log.error()));
  // The keys after the log: whoever has a case in the copied log has a key in the copied vault.
  const auto copied = copy_log(**log, folder / "log");
  if (!copied) return std::unexpected(copied.error());
  if (const auto keys = copy_keys(*settings, folder / "keys"); !keys) return keys;
  if (const auto done = copy_registry(settings->data, folder); !done) return done;
  if (const auto files = copy_plain_files(settings->data, folder); !files) return files;
  if (context.json)
    print_line("{\"events\":" + std::to_string(*copied) + "}");
  else
    print_line(console::format_count(*copied) + " events in " + folder.string());
  note("The master key is not in the backup: keep a copy of it apart.");
  return {};
}

Done run_restore(const Context& context, const fs::path& folder) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  std::error_code error;
  for (const char* name : {"log", "views", "keys", "registry"}) {
    if (fs::exists(settings->data / name, error))
      return fail("not-empty", (settings->data / name).string() +
                                   " is there already: restore into an empty folder");
  }
  const auto backup = local_log::LocalLog::open(folder / "log", local_log::OpenMode::read_only);
  if (!backup) return std::unexpected(to_failure(backup.error()));
  const auto copied = copy_log(**backup, settings->data / "log");
  if (!copied) return std::unexpected(copied.error());
  if (fs::exists(folder / "keys", error)) {
    fs::copy(folder / "keys", settings->data / "keys", fs::copy_options::recursive, error);
    if (error) return fail("cannot-write", "cannot copy the keys: " + error.message());
  }
  if (const auto done = copy_registry(folder, settings->data); !done) return done;
  if (const auto done = rebuild_registry(settings->data); !done)
    return std::unexpected(done.error());
  if (const auto files = copy_plain_files(folder, settings->data); !files) return files;
  const auto log = local_log::LocalLog::open(settings->data / "log", local_log::OpenMode::existing);
  if (!log) return std::unexpected(to_failure(log.error()));
  const auto report = fill_views(**log, settings->data / "views", {});
  if (!report) return std::unexpected(report.error());
  if (context.json) {
    print_line(R"({"events":)" + std::to_string(report->events) + R"(,"cases":)" +
               std::to_string(report->cases) + "}");
  } else {
    print_line(console::format_count(report->events) + " events, " +
               console::format_count(report->cases) + " cases restored");
  }
  if (fs::exists(settings->data / "keys", error)) {
    note("Petitioners' details open with the master key of the time: put it at " +
         (settings->data / "master.key").string() + " or in HUIYIN_MASTER_KEY.");
  }
  return {};
}

void add(Arguments& root, const Context& context, const std::string& name,
         const std::string& summary, const std::string& example,
         Done (*run)(const Context&, const fs::path&)) {
  const auto folder = std::make_shared<fs::path>();
  Arguments command = root.command(name, summary, example);
  command.option("DIR", *folder, "the backup");
  command.require("DIR");
  command.run([&context, folder, run] { return run(context, *folder); });
}

}  // namespace

void add_backup(Arguments& root, const Context& context) {
  add(root, context, "backup",
      "Copy the logs and the keys, each event checked; may run beside a server",
      "  huiyin backup /mnt/backup/2026-11-21", run_backup);
}

void add_restore(Arguments& root, const Context& context) {
  add(root, context, "restore", "Make an empty data folder what a backup holds",
      "  huiyin --data fresh restore /mnt/backup/2026-11-21", run_restore);
}

}  // namespace huiyin::cli
