// huiyin generate: a synthetic province, to measure and to try things on.
#include "generate/generate.hpp"

#include <fstream>
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "cut_views.hpp"
#include "engine/definition_toml.hpp"
#include "local_log/local_log.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

struct GenerateArguments {
  generate::GenerateOptions options;
  std::uint64_t days = 365;
  std::string until;
  std::filesystem::path commands;
};

using Summary = std::expected<generate::GenerateSummary, std::string>;

Summary into_file(const GenerateArguments& arguments) {
  std::ofstream file(arguments.commands, std::ios::binary | std::ios::trunc);
  if (!file) return std::unexpected("cannot write " + arguments.commands.string());
  auto summary = generate::generate_commands(arguments.options, file);
  file.close();
  if (!file) return std::unexpected("cannot write " + arguments.commands.string());
  return summary;
}

Result<generate::GenerateSummary> into_log(const node::Settings& settings,
                                           const GenerateArguments& arguments) {
  const auto definitions =
      engine::load_definitions(settings.config / "processes", settings.config / "calendars");
  if (!definitions) return fail("bad-definition", engine::to_text(definitions.error().front()));
  std::error_code error;
  std::filesystem::create_directories(settings.data, error);
  const auto log = local_log::LocalLog::open(settings.data / "log", local_log::OpenMode::create,
                                             {.partitions = settings.partitions});
  if (!log) return std::unexpected(to_failure(log.error()));
  const auto summary = generate::generate_log(arguments.options, *definitions, **log);
  if (!summary) return fail("generate-failed", summary.error());
  const auto filled = fill_views(**log, settings.data / "views", {});
  if (!filled) return std::unexpected(filled.error());
  return *summary;
}

Done run_generate(const Context& context, GenerateArguments arguments) {
  const auto settings = settings_of_samples(context);
  if (!settings) return std::unexpected(settings.error());
  const auto until = parse_day("--until", arguments.until);
  if (!until) return std::unexpected(until.error());
  if (*until) arguments.options.until = **until;
  if (arguments.days < 1 || arguments.days > 36'500) return misuse("--days: from 1 to 36500");
  arguments.options.days = static_cast<int>(arguments.days);
  Result<generate::GenerateSummary> summary;
  if (arguments.commands.empty()) {
    summary = into_log(*settings, arguments);
  } else {
    auto written = into_file(arguments);
    if (!written) return fail("generate-failed", written.error());
    summary = std::move(*written);
  }
  if (!summary) return std::unexpected(summary.error());
  if (context.json) {
    std::string json;
    generate::append_json(json, *summary);
    print_line(json);
    return {};
  }
  print_line(console::format_count(summary->cases) + " cases, " +
             console::format_count(summary->commands) + " commands, " +
             console::format_count(summary->events) + " events in " +
             console::format_duration(
                 std::chrono::milliseconds(static_cast<std::int64_t>(summary->seconds * 1'000))));
  return {};
}

}  // namespace

void add_generate(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<GenerateArguments>();
  Arguments generate = root.command(
      "generate", "A synthetic province into an empty data folder; same seed, same bytes",
      "  huiyin --data province generate --cases 100000 --seed 7\n"
      "  huiyin generate --cases 1000 --commands commands.ndjson");
  generate.option("--cases", arguments->options.cases, "how many");
  generate.option("--seed", arguments->options.seed, "another number, another province");
  generate.option("--until", arguments->until, "the last day (2025-12-31)");
  generate.option("--days", arguments->days, "over how many days cases are collected");
  generate.option("--commands", arguments->commands, "write commands to this file instead");
  generate.run([&context, arguments] { return run_generate(context, *arguments); });
}

}  // namespace huiyin::cli
