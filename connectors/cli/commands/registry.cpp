// huiyin registry import|list|show, huiyin duties: who, where and how often.
#include <fstream>
#include <memory>

#include "api/intake_link.hpp"
#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_writer.hpp"
#include "import/registry_import.hpp"
#include "node/logging.hpp"
#include "output.hpp"
#include "qr/qr.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

using events::SubjectKind;

Result<node::Registry*> registry_of(node::Node& node) {
  if (auto* registry = node.registry()) return registry;
  return fail("no-registry", "nothing has been registered here, or config/registry is missing");
}

// ---- huiyin registry import

struct ImportArguments {
  SubjectKind kind{};
  std::string input;
  std::filesystem::path rejects;
};

std::string to_json(const import::RegistryImportSummary& summary) {
  std::string out = "{\"rows\":" + std::to_string(summary.rows) +
                    ",\"subjects\":" + std::to_string(summary.subjects) +
                    ",\"already_there\":" + std::to_string(summary.already_there) +
                    ",\"commands\":" + std::to_string(summary.commands) +
                    ",\"rejected\":" + std::to_string(summary.rejected) + ",\"reasons\":{";
  for (const auto& [reason, count] : summary.reasons) {
    if (out.back() != '{') out.push_back(',');
    events::append_json_string(out, reason);
    out += ":" + std::to_string(count);
  }
  return out + "}}";
}

Done run_import(const Context& context, const ImportArguments& arguments) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  const Interruption interruption;
  node::start_logging(settings->log_json, settings->log_level);
  auto node = open_writing(std::move(*settings), node::Access::write);
  if (!node) return std::unexpected(node.error());
  const auto registry = registry_of(**node);
  if (!registry) return std::unexpected(registry.error());
  import::RegistryImportOptions options;
  options.kind = arguments.kind;
  options.input = arguments.input;
  options.rejects = arguments.rejects;
  options.interrupt = [&] { return interruption.flag().load(); };
  const auto summary = import::import_registry((*registry)->processor(), (*registry)->store(),
                                               (*registry)->log(), (*node)->ids(), options);
  if (!summary) return fail("import-failed", summary.error());
  if (context.json) {
    print_line(to_json(*summary));
    return {};
  }
  const auto line = [](std::string name, std::uint64_t count) {
    name.resize(16, ' ');
    print_line(name + console::format_count(count));
  };
  line("rows", summary->rows);
  line("subjects", summary->subjects);
  if (summary->already_there > 0) line("already there", summary->already_there);
  line("commands", summary->commands);
  line("rejected", summary->rejected);
  for (const auto& [reason, count] : summary->reasons) line("  " + reason, count);
  print_line("took            " + console::format_duration(std::chrono::milliseconds(
                                      static_cast<std::int64_t>(summary->seconds * 1'000))));
  return {};
}

// ---- huiyin registry list, show

Result<std::unique_ptr<node::Node>> open_reader(const Context& context) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  auto node = node::Node::open(std::move(*settings), node::Access::read);
  if (!node) return fail("cannot-open", node.error());
  return std::move(*node);
}

struct ListArguments {
  SubjectKind kind{};
  std::string region;
  std::uint64_t limit = 50;
};

Done run_list(const Context& context, const ListArguments& arguments) {
  if (arguments.kind == SubjectKind::activity)
    return misuse("activities are asked for by whose they are: GET /v1/activities?of=…");
  auto node = open_reader(context);
  if (!node) return std::unexpected(node.error());
  const auto registry = registry_of(**node);
  if (!registry) return std::unexpected(registry.error());
  const auto& store = (*registry)->store();
  std::vector<std::shared_ptr<const projections::SubjectState>> all;
  store.each(arguments.kind, "", [&](const auto& state) {
    all.push_back(state);
    return true;
  });
  std::erase_if(all, [&](const auto& state) {
    return !arguments.region.empty() && !store.lies_within(state->region(), arguments.region);
  });
  const std::size_t shown = std::min<std::size_t>(all.size(), arguments.limit);
  if (context.json) {
    std::string out = R"({"items":[)";
    for (std::size_t i = 0; i < shown; ++i) out += (i == 0 ? "" : ",") + events::to_json(*all[i]);
    print_line(out + "],\"total\":" + std::to_string(all.size()) + "}");
    return {};
  }
  console::Table table({{"id"}, {"name"}, {"region"}, {"since"}, {"stage"}});
  for (std::size_t i = 0; i < shown; ++i) {
    table.add({{all[i]->id},
               {all[i]->name()},
               {all[i]->region()},
               {events::format_date(all[i]->since)},
               {all[i]->stage}});
  }
  print_table(table);
  note(std::to_string(shown) + " shown, " + console::format_count(all.size()) + " in all");
  return {};
}

struct ShowArguments {
  std::string id;
  bool history = false;
};

Done run_show(const Context& context, const ShowArguments& arguments) {
  auto node = open_reader(context);
  if (!node) return std::unexpected(node.error());
  const auto registry = registry_of(**node);
  if (!registry) return std::unexpected(registry.error());
  const auto state = (*registry)->store().find(arguments.id);
  if (state == nullptr) return fail("not-found", "there is no subject " + arguments.id);
  if (!arguments.history) {
    print_line(events::to_json(*state));
    return {};
  }
  const auto json = (*registry)->history_json(arguments.id);
  if (!json || !*json) return fail("not-found", json ? "it has no history" : json.error());
  print_line(**json);
  return {};
}

// ---- huiyin registry qr

struct QrArguments {
  std::string id;
  std::filesystem::path out;
  std::optional<qr::Format> format;
};

// S2-5: the code that stands at the station, or on the deputy's card.
Done run_qr(const Context& context, const QrArguments& arguments) {
  auto node = open_reader(context);
  if (!node) return std::unexpected(node.error());
  const auto registry = registry_of(**node);
  if (!registry) return std::unexpected(registry.error());
  const auto state = (*registry)->store().find(arguments.id);
  if (state == nullptr ||
      (state->kind != SubjectKind::station && state->kind != SubjectKind::deputy))
    return fail("not-found", "there is no station or deputy " + arguments.id);
  const auto& base = (*node)->settings().public_url;
  if (base.empty()) {
    return fail("no-public-url",
                "nothing says where people reach the server: set public_url of [http] in the "
                "settings, such as \"https://example.org\"");
  }
  const auto link = api::intake_link(base, events::name_of(state->kind), state->id);
  const bool named_png = arguments.out.extension() == ".png";
  const auto picture =
      qr::draw(link, arguments.format.value_or(named_png ? qr::Format::png : qr::Format::svg));
  if (!picture) return fail("no-code", picture.error());
  if (arguments.out.empty()) {
    print(*picture);
    return {};
  }
  std::ofstream file(arguments.out, std::ios::binary | std::ios::trunc);
  file << *picture;
  file.close();
  if (!file) return fail("cannot-write", "cannot write " + arguments.out.string());
  note(arguments.out.string() + " opens " + link);
  return {};
}

// ---- huiyin duties

struct DutyArguments {
  std::string on, region, missing;
  std::uint64_t limit = 50;
};

Done run_duties(const Context& context, const DutyArguments& arguments) {
  const auto asked = parse_day("--on", arguments.on);
  if (!asked) return std::unexpected(asked.error());
  auto node = open_reader(context);
  if (!node) return std::unexpected(node.error());
  const auto registry = registry_of(**node);
  if (!registry) return std::unexpected(registry.error());
  const auto& rules = (*registry)->rules();
  const auto& board = (*registry)->duties();
  const events::Date on = asked->value_or(rules.zone->local_day((*node)->ids().now()));
  if (!arguments.missing.empty()) {
    const auto* duty = rules.duty(arguments.missing);
    if (duty == nullptr) return misuse("--missing: there is no duty " + arguments.missing);
    const auto page = board.subjects(*duty, on, arguments.region, true, "", arguments.limit);
    if (context.json) {
      print_line(events::to_json(page));
      return {};
    }
    console::Table table({{"who"}, {"name"}, {"region"}, {"done"}, {"owed"}});
    for (const auto& entry : page.items) {
      table.add({{entry.subject},
                 {entry.name},
                 {entry.region},
                 {std::to_string(entry.done)},
                 {std::to_string(entry.minimum)}});
    }
    print_table(table);
    note(std::to_string(page.items.size()) + " shown, " + console::format_count(page.total) +
         " missing in all");
    return {};
  }
  std::vector<engine::DutyGauge> gauges;
  gauges.reserve(rules.duties.size());
  for (const auto& duty : rules.duties) gauges.push_back(board.gauge(duty, on, arguments.region));
  if (context.json) {
    std::string out = R"({"items":[)";
    for (const auto& gauge : gauges) {
      if (out.back() != '[') out.push_back(',');
      out += events::to_json(gauge);
    }
    print_line(out + "]}");
    return {};
  }
  using console::Align;
  console::Table table({{"duty"},
                        {"name"},
                        {"period"},
                        {"done", Align::right},
                        {"of", Align::right},
                        {"rate", Align::right}});
  for (const auto& gauge : gauges) {
    const std::string rate =
        gauge.subjects == 0 ? "" : std::to_string(gauge.done * 100 / gauge.subjects) + " %";
    table.add({{gauge.duty},
               {gauge.name},
               {gauge.period.label},
               {console::format_count(gauge.done)},
               {console::format_count(gauge.subjects)},
               {rate}});
  }
  print_table(table);
  note("as of " + events::format_date(on));
  return {};
}

}  // namespace

void add_registry(Arguments& root, const Context& context) {
  Arguments registry = root.command(
      "registry", "Regions, organs, congresses, deputies, stations, groups, activities",
      "  huiyin registry import station stations.csv --rejects rejects.csv\n"
      "  huiyin registry list deputy --region 431002\n"
      "  huiyin registry show station-1 --history\n"
      "  huiyin registry qr station-1 --out station-1.png");
  const auto importing = std::make_shared<ImportArguments>();
  Arguments import = registry.command(
      "import", "Take in a CSV file (plain, gz, xz, zst), one subject a row; repeat it at will",
      "  huiyin registry import region regions.csv\n"
      "  huiyin registry import deputy deputies.csv --rejects rejects.csv");
  import.choice("KIND", importing->kind, "what the rows are");
  import.require("KIND");
  import.option("FILE", importing->input, "the rows; - is standard input");
  import.require("FILE");
  import.option("--rejects", importing->rejects, "CSV of the rows that were not taken, and why");
  import.run([&context, importing] { return run_import(context, *importing); });

  const auto listing = std::make_shared<ListArguments>();
  Arguments list = registry.command("list", "The subjects of a kind, by id",
                                    "  huiyin registry list station --region 431000 --json");
  list.choice("KIND", listing->kind, "which kind");
  list.require("KIND");
  list.option("--region", listing->region, "in this region or one within it");
  list.option("--limit", listing->limit, "how many");
  list.run([&context, listing] { return run_list(context, *listing); });

  const auto showing = std::make_shared<ShowArguments>();
  Arguments show = registry.command("show", "One subject as it is now, as JSON",
                                    "  huiyin registry show deputy-17 --history");
  show.option("ID", showing->id, "the subject");
  show.require("ID");
  show.flag("--history", showing->history, "all of its events instead");
  show.run([&context, showing] { return run_show(context, *showing); });

  const auto coding = std::make_shared<QrArguments>();
  Arguments code = registry.command(
      "qr", "The QR code of a station or deputy: it opens an intake addressed to them",
      "  huiyin --config huiyin.toml registry qr station-1 --out station-1.png\n"
      "  huiyin --config huiyin.toml registry qr deputy-17 > deputy-17.svg");
  code.option("ID", coding->id, "the station or deputy");
  code.require("ID");
  code.option("--out", coding->out, "a file; else standard output");
  code.choice("--format", coding->format, "svg or png (by the file's ending, else svg)");
  code.run([&context, coding] { return run_qr(context, *coding); });
}

void add_duties(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<DutyArguments>();
  Arguments duties = root.command("duties", "Who has done what they owe in a period",
                                  "  huiyin duties --on 2024-03-31 --region 431002\n"
                                  "  huiyin duties --missing monthly-reception --json");
  duties.option("--on", arguments->on, "the periods that this day lies in (today)");
  duties.option("--region", arguments->region, "in this region or one within it");
  duties.option("--missing", arguments->missing, "of this duty: who is still missing");
  duties.option("--limit", arguments->limit, "how many of them");
  duties.run([&context, arguments] { return run_duties(context, *arguments); });
}

}  // namespace huiyin::cli
