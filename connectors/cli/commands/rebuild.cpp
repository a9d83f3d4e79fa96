// huiyin rebuild, huiyin replay: views anew from the log, of now or of another time.
#include <fstream>
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "copy_log.hpp"
#include "cut_views.hpp"
#include "local_log/local_log.hpp"
#include "output.hpp"
#include "projections/fingerprint.hpp"
#include "registry_views.hpp"

namespace huiyin::cli {
namespace {

namespace fs = std::filesystem;
using projections::ViewStore;

// What the old views were worth: differences are said, never healed in silence.
std::string compared(const ViewStore& fresh, const fs::path& views, events::Partition partitions) {
  const auto old = ViewStore::open_read_only(views, partitions);
  if (!old) return "unreadable";
  const auto comparison = projections::compare(fresh, **old);
  if (!comparison) return "unreadable";
  if (!comparison->comparable) return "behind";
  return comparison->differences.empty() ? "equal" : "different";
}

Done run_rebuild(const Context& context) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  // With the log's lock: nobody serves the views that are replaced.
  const auto log = local_log::LocalLog::open(settings->data / "log", local_log::OpenMode::existing);
  if (!log) return std::unexpected(to_failure(log.error()));
  const fs::path views = settings->data / "views";
  const std::string generation = projections::next_generation(views);
  projections::RebuildReport report;
  std::string old;
  {
    auto shadow = ViewStore::open_generation(views, generation, (*log)->partitions());
    if (!shadow) return std::unexpected(to_failure(shadow.error()));
    const auto filled = fill(**log, **shadow, {});
    if (!filled) {
      shadow->reset();
      std::error_code ignored;
      fs::remove_all(views / generation, ignored);
      return std::unexpected(filled.error());
    }
    report = *filled;
    old = compared(**shadow, views, (*log)->partitions());
  }
  if (const auto switched = projections::switch_generation(views, generation); !switched)
    return std::unexpected(to_failure(switched.error()));
  projections::remove_old_generations(views);
  const auto registry = rebuild_registry(settings->data);
  if (!registry) return std::unexpected(registry.error());
  if (context.json) {
    std::string json = R"({"events":)" + std::to_string(report.events) + R"(,"cases":)" +
                       std::to_string(report.cases) + R"(,"generation":")" + generation +
                       R"(","old_views":")" + old + '"';
    if (*registry)
      json += R"(,"registry":{"events":)" + std::to_string((*registry)->events) +
              R"(,"old_views":")" + (*registry)->old + R"("})";
    print_line(json + "}");
    return {};
  }
  print_line(console::format_count(report.events) + " events, " +
             console::format_count(report.cases) + " cases; the old views were " + old);
  if (*registry)
    print_line(console::format_count((*registry)->events) +
               " events of the registry; its old views were " + (*registry)->old);
  return {};
}

struct ReplayArguments {
  TimeOptions times;
  fs::path into;
};

Done run_replay(const Context& context, const ReplayArguments& arguments) {
  std::error_code error;
  if (fs::exists(arguments.into, error) && !fs::is_empty(arguments.into, error))
    return misuse("--into: " + arguments.into.string() + " is not empty");
  const auto reading = open_log_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const events::EventLog& log = reading->node->log();
  fs::create_directories(arguments.into, error);
  std::ofstream marker(replay_marker(arguments.into));
  marker << "made by huiyin replay\n";
  marker.close();
  if (!marker) return fail("cannot-write", "cannot write " + arguments.into.string());
  const auto copied = copy_log(log, arguments.into / "log");
  if (!copied) return std::unexpected(copied.error());
  projections::Cut cut = reading->cut;
  for (events::Partition p = 0; p < log.partitions(); ++p) cut.upto.push_back(log.end(p));
  const auto report = fill_views(log, arguments.into / "views", cut);
  if (!report) return std::unexpected(report.error());
  if (context.json) {
    print_line(R"({"events":)" + std::to_string(report->events) + R"(,"cases":)" +
               std::to_string(report->cases) + "}");
    return {};
  }
  print_line(console::format_count(report->cases) + " cases as of then; ask with --data " +
             arguments.into.string());
  return {};
}

}  // namespace

void add_rebuild(Arguments& root, const Context& context) {
  root.command("rebuild",
               "Make the views anew from the log, then put them in place; no server may run",
               "  huiyin rebuild")
      .run([&context] { return run_rebuild(context); });
}

void add_replay(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<ReplayArguments>();
  Arguments replay = root.command(
      "replay", "Another data folder, whose views stand as they were at a time",
      "  huiyin replay --until 2024-06-30 --into then && huiyin --data then load --by organ");
  replay.option("--until,--as-of", arguments->times.as_of, "what had happened by then");
  replay.option("--known-at", arguments->times.known_at, "what was recorded by then");
  replay.option("--zone", arguments->times.zone, "time zone that bare dates are meant in");
  replay.option("--into", arguments->into, "a new folder");
  replay.require("--into");
  replay.run([&context, arguments] { return run_replay(context, *arguments); });
}

}  // namespace huiyin::cli
