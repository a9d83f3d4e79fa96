// huiyin import, huiyin settle-import: other systems' records, by a mapping.
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "import/importer.hpp"
#include "node/logging.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

struct ImportArguments {
  std::filesystem::path mapping, rejects;
  std::string input;
  std::string settle_as_of, zone = "Asia/Shanghai";
  bool settle = false;
};

// The name of a mapping of config/imports, or a file.
std::filesystem::path mapping_file(const std::filesystem::path& config,
                                   const std::filesystem::path& given) {
  std::error_code ignored;
  if (std::filesystem::exists(given, ignored)) return given;
  const auto named = config / "imports" / (given.string() + ".toml");
  return std::filesystem::exists(named, ignored) ? named : given;
}

void print_summary(const import::ImportSummary& summary) {
  const auto line = [](std::string name, std::uint64_t count) {
    name.resize(16, ' ');
    print_line(name + console::format_count(count));
  };
  line("rows", summary.rows);
  line("cases", summary.cases);
  line("commands", summary.commands);
  if (summary.already_there > 0) line("already there", summary.already_there);
  line("events", summary.events);
  line("rejected", summary.rejected_total);
  for (const auto& [reason, count] : summary.rejected) line("  " + reason, count);
  print_line("took            " + console::format_duration(std::chrono::milliseconds(
                                      static_cast<std::int64_t>(summary.seconds * 1'000))));
}

Result<std::uint64_t> settle(node::Node& node, const std::string& as_of, const std::string& zone) {
  std::optional<events::Instant> until;
  if (!as_of.empty()) {
    const auto time = parse_time("--as-of", as_of, zone);
    if (!time) return std::unexpected(time.error());
    until = *time;
  }
  const auto fired = node.runtime().settle_imports(until);
  if (!fired) return fail("cannot-settle", fired.error());
  return *fired;
}

Done run_import(const Context& context, const ImportArguments& arguments) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  const auto mapping = import::load_mapping(mapping_file(settings->config, arguments.mapping));
  if (!mapping) {
    std::string text;
    for (const auto& error : mapping.error())
      text += (text.empty() ? "" : "\n") + import::to_text(error);
    return fail("bad-mapping", text);
  }
  if (!arguments.settle_as_of.empty()) {  // said before an hour of import, not after it
    const auto time = parse_time("--settle-as-of", arguments.settle_as_of, arguments.zone);
    if (!time) return std::unexpected(time.error());
  }
  const Interruption interruption;
  node::start_logging(settings->log_json, settings->log_level);
  auto node = open_writing(std::move(*settings), node::Access::write);
  if (!node) return std::unexpected(node.error());
  import::ImportOptions options;
  options.input = arguments.input;
  options.rejects = arguments.rejects;
  options.interrupt = [&] { return interruption.flag().load(); };
  node::Node& n = **node;
  const auto summary = import::run_import(
      *mapping, {n.runtime(), n.log(), n.views(), n.ids(), n.definitions()}, options);
  if (!summary) return fail("import-failed", summary.error());
  std::optional<std::uint64_t> fired;
  if (arguments.settle || !arguments.settle_as_of.empty()) {
    const auto settled = settle(n, arguments.settle_as_of, arguments.zone);
    if (!settled) return std::unexpected(settled.error());
    fired = *settled;
  }
  if (context.json) {
    std::string json;
    import::append_json(json, *summary);
    if (fired) json.replace(json.size() - 1, 1, ",\"settled\":" + std::to_string(*fired) + "}");
    print_line(json);
    return {};
  }
  print_summary(*summary);
  if (fired) print_line("deadline events " + console::format_count(*fired));
  if (!fired) {
    note(
        "The imported cases' deadlines wait: `huiyin settle-import` fires those that have passed.");
  }
  return {};
}

struct SettleArguments {
  std::string as_of, zone = "Asia/Shanghai";
};

Done run_settle(const Context& context, const SettleArguments& arguments) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  node::start_logging(settings->log_json, settings->log_level);
  auto node = open_writing(std::move(*settings), node::Access::write);
  if (!node) return std::unexpected(node.error());
  const auto fired = settle(**node, arguments.as_of, arguments.zone);
  if (!fired) return std::unexpected(fired.error());
  if (context.json)
    print_line("{\"events\":" + std::to_string(*fired) + "}");
  else
    print_line(console::format_count(*fired) + " deadline events");
  return {};
}

}  // namespace

void add_import(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<ImportArguments>();
  Arguments import = root.command(
      "import",
      "Take in a CSV file (plain, gz, xz, zst) by a mapping; repeat it after an interruption",
      "  huiyin --data nyc import nyc-casework casework.csv.xz --rejects rejects.csv --settle\n"
      "  xzcat casework.csv.xz | huiyin --data nyc import my-mapping.toml - --json");
  import.option("MAPPING", arguments->mapping, "a file, or the name of one in config/imports");
  import.require("MAPPING");
  import.option("FILE", arguments->input, "the records; - is standard input");
  import.require("FILE");
  import.option("--rejects", arguments->rejects,
                "CSV of the rows that were not taken, with reasons");
  import.flag("--settle", arguments->settle, "then fire the deadlines that have passed by now");
  import.option("--settle-as-of", arguments->settle_as_of, "likewise, up to this time");
  import.option("--zone", arguments->zone, "time zone that a bare date is meant in");
  import.run([&context, arguments] { return run_import(context, *arguments); });
}

void add_settle_import(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<SettleArguments>();
  Arguments settle =
      root.command("settle-import", "Fire the deadlines of imported cases, once all is imported",
                   "  huiyin settle-import\n"
                   "  huiyin settle-import --as-of 2025-06-30");
  settle.option("--as-of", arguments->as_of, "those up to this time alone; later ones wait on");
  settle.option("--zone", arguments->zone, "time zone that a bare date is meant in");
  settle.run([&context, arguments] { return run_settle(context, *arguments); });
}

}  // namespace huiyin::cli
