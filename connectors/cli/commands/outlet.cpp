// huiyin outlet check|export|import|run|status: matters passed on to another system, and its
// results.
#include <memory>

#include "commands.hpp"
#include "events/json_text.hpp"
#include "node/complaints.hpp"
#include "node/logging.hpp"
#include "outlet/bridge.hpp"
#include "output.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

struct OutletArguments {
  std::filesystem::path name, ledger, out, rejects;
  std::string input;
};

// The name of one of config/outlets, or a file.
std::filesystem::path outlet_file(const node::Settings& settings,
                                  const std::filesystem::path& given) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(given, ignored)) return given;
  return settings.config / "outlets" / (given.string() + ".toml");
}

std::unexpected<Failure> bad_outlet(const outlet::OutletErrors& errors) {
  std::string text, json = R"({"ok":false,"mistakes":[)";
  for (const auto& error : errors) {
    text += (text.empty() ? "" : "\n") + outlet::to_text(error);
    if (json.back() != '[') json.push_back(',');
    events::append_json_string(json, outlet::to_text(error));
  }
  return std::unexpected(Failure{"bad-outlet", text, failed, json + "]}"});
}

Done run_check(const Context& context, const OutletArguments& arguments) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  std::vector<outlet::Outlet> all;
  if (arguments.name.empty()) {
    auto loaded = outlet::load_outlets(settings->config / "outlets");
    if (!loaded) return bad_outlet(loaded.error());
    all = std::move(*loaded);
  } else {
    auto loaded = outlet::load_outlet(outlet_file(*settings, arguments.name));
    if (!loaded) return bad_outlet(loaded.error());
    all.push_back(std::move(*loaded));
  }
  if (context.json) {
    std::string json = R"({"ok":true,"outlets":[)";
    for (const auto& one : all) {
      if (json.back() != '[') json.push_back(',');
      events::append_json_string(json, one.name);
    }
    print_line(json + "]}");
    return {};
  }
  console::Table table({{"outlet"}, {"for"}, {"fields"}, {"format"}, {"sends to"}, {"file"}});
  for (const auto& one : all) {
    table.add({{one.name},
               {std::string(events::name_of(one.outlet))},
               {std::to_string(one.payload.fields.size())},
               {std::string(events::name_of(one.payload.format))},
               {one.endpoint ? one.endpoint->send : "files"},
               {one.file}});
  }
  print_table(table);
  return {};
}

// What export, import, run and status begin with.
struct Opened {
  Interruption interruption;
  node::Complaints said;
  outlet::Outlet outlet;
  std::unique_ptr<outlet::Bridge> bridge;
};

Result<std::unique_ptr<Opened>> open(const Context& context, const OutletArguments& arguments) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  node::start_logging(settings->log_json, settings->log_level);
  auto loaded = outlet::load_outlet(outlet_file(*settings, arguments.name));
  if (!loaded) return bad_outlet(loaded.error());
  auto opened = std::make_unique<Opened>();
  opened->outlet = std::move(*loaded);
  outlet::BridgeOptions options;
  options.ledger = arguments.ledger.empty()
                       ? settings->data / "outlets" / (opened->outlet.name + ".sqlite")
                       : arguments.ledger;
  options.interrupt = [o = opened.get()] { return o->interruption.flag().load(); };
  options.say = [o = opened.get()](outlet::Weight weight, std::string_view what,
                                   const std::string& detail) {
    const bool news = weight == outlet::Weight::news;
    // An endpoint that is down is met again and again.
    if (!news && !o->said.due(std::string(what) + " " + detail)) return;
    node::log(news ? node::LogLevel::info : node::LogLevel::warning, what, {{"detail", detail}});
  };
  auto bridge = outlet::Bridge::open(opened->outlet, std::move(options));
  if (!bridge) return fail("cannot-open", bridge.error());
  opened->bridge = std::move(*bridge);
  return opened;
}

Done run_export(const Context& context, const OutletArguments& arguments) {
  auto opened = open(context, arguments);
  if (!opened) return std::unexpected(opened.error());
  const auto summary = (*opened)->bridge->export_to(arguments.out);
  if (!summary) return fail("export-failed", summary.error());
  if (context.json) {
    std::string json = "{\"written\":" + std::to_string(summary->written) + ",\"left\":{";
    for (const auto& [id, why] : summary->left) {
      if (json.back() != '{') json.push_back(',');
      events::append_json_string(json, id);
      json.push_back(':');
      events::append_json_string(json, why);
    }
    print_line(json + "}}");
    return {};
  }
  print_line(std::to_string(summary->written) + " written" +
             (summary->written == 0 ? ": no file was made" : " to " + arguments.out.string()));
  for (const auto& [id, why] : summary->left) note("left: case " + id + ": " + why);
  return {};
}

Done run_import(const Context& context, const OutletArguments& arguments) {
  auto opened = open(context, arguments);
  if (!opened) return std::unexpected(opened.error());
  const auto summary = (*opened)->bridge->import_from(arguments.input, arguments.rejects);
  if (!summary) return fail("import-failed", summary.error());
  std::uint64_t rejected = 0;
  for (const auto& [reason, count] : summary->rejected) rejected += count;
  if (context.json) {
    std::string json = "{\"rows\":" + std::to_string(summary->rows) +
                       ",\"taken\":" + std::to_string(summary->taken) +
                       ",\"already_there\":" + std::to_string(summary->already_there) +
                       ",\"not_yet\":" + std::to_string(summary->not_yet) +
                       ",\"rejected\":" + std::to_string(rejected) + ",\"reasons\":{";
    for (const auto& [reason, count] : summary->rejected) {
      if (json.back() != '{') json.push_back(',');
      events::append_json_string(json, reason);
      json += ":" + std::to_string(count);
    }
    print_line(json + "}}");
    return {};
  }
  const auto line = [](std::string name, std::uint64_t count) {
    name.resize(16, ' ');
    print_line(name + std::to_string(count));
  };
  line("rows", summary->rows);
  line("taken back", summary->taken);
  if (summary->already_there > 0) line("already there", summary->already_there);
  if (summary->not_yet > 0) line("not yet done", summary->not_yet);
  line("rejected", rejected);
  for (const auto& [reason, count] : summary->rejected) line("  " + reason, count);
  return {};
}

Done run_bridge(const Context& context, const OutletArguments& arguments) {
  auto opened = open(context, arguments);
  if (!opened) return std::unexpected(opened.error());
  node::log(node::LogLevel::info, "carrying", {{"outlet", (*opened)->outlet.name}});
  const auto ended = (*opened)->bridge->run();
  if (!ended) return fail("cannot-run", ended.error());
  node::log(node::LogLevel::info, "stopped");
  return {};
}

Done run_status(const Context& context, const OutletArguments& arguments) {
  auto opened = open(context, arguments);
  if (!opened) return std::unexpected(opened.error());
  const auto counts = (*opened)->bridge->counts();
  if (!counts) return fail("cannot-open", counts.error());
  if (context.json) {
    print_line("{\"passed_on\":" + std::to_string(counts->passed) +
               ",\"unsent\":" + std::to_string(counts->unsent) +
               ",\"answered\":" + std::to_string(counts->answered) + "}");
    return {};
  }
  print_line("passed on       " + std::to_string(counts->passed));
  print_line("unsent          " + std::to_string(counts->unsent));
  print_line("answered        " + std::to_string(counts->answered));
  return {};
}

}  // namespace

void add_outlet(Arguments& root, const Context& context) {
  Arguments outlet =
      root.command("outlet", "Matters passed on to another system such as 12345, and its results",
                   "  huiyin outlet check\n"
                   "  huiyin outlet export 12345 --out to-12345.csv\n"
                   "  huiyin outlet import 12345 from-12345.csv --rejects rejects.csv\n"
                   "  huiyin outlet run 12345");
  const auto command = [&](const std::string& name, const std::string& help,
                           const std::string& example,
                           Done (*run)(const Context&, const OutletArguments&),
                           const std::function<void(Arguments&, OutletArguments&)>& more) {
    const auto arguments = std::make_shared<OutletArguments>();
    Arguments one = outlet.command(name, help, example);
    one.option("NAME", arguments->name, "of a file in config/outlets, or a file");
    if (name != "check") {
      one.require("NAME");
      one.option("--ledger", arguments->ledger,
                 "what was sent and answered (outlets/NAME.sqlite in the data folder)");
    }
    more(one, *arguments);
    one.run([&context, arguments, run] { return run(context, *arguments); });
  };
  command("check", "Every mistake in config/outlets, with its line", "  huiyin outlet check 12345",
          run_check, [](Arguments&, OutletArguments&) {});
  command("export", "What was passed on and not yet sent, into a new file",
          "  huiyin outlet export 12345 --out to-12345.csv", run_export,
          [](Arguments& one, OutletArguments& arguments) {
            one.option("--out", arguments.out, "the file to make");
            one.require("--out");
          });
  command("import", "Results from a file; repeat it at will",
          "  huiyin outlet import 12345 from-12345.csv --rejects rejects.csv", run_import,
          [](Arguments& one, OutletArguments& arguments) {
            one.option("FILE", arguments.input, "the results; - is standard input");
            one.require("FILE");
            one.option("--rejects", arguments.rejects,
                       "CSV of the results that were not taken, and why");
          });
  command("run", "Send and fetch over HTTP until SIGTERM or SIGINT", "  huiyin outlet run 12345",
          run_bridge, [](Arguments&, OutletArguments&) {});
  command("status", "How many were passed on, wait to be sent, are answered",
          "  huiyin outlet status 12345 --json", run_status, [](Arguments&, OutletArguments&) {});
}

}  // namespace huiyin::cli
