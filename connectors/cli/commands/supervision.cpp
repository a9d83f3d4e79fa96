// huiyin commitments, campaign, sheets, files: what supervision looks at over many cases.
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_writer.hpp"
#include "output.hpp"
#include "supervision/campaigns.hpp"
#include "supervision/commitments.hpp"
#include "supervision/organ_sheet.hpp"
#include "supervision/performance_file.hpp"

namespace huiyin::cli {
namespace {

using console::Align;

Result<events::Date> today(const Reading& reading, const TimeOptions& times) {
  const auto zone = engine::Zone::load(times.zone);
  if (!zone) return misuse("--zone: " + zone.error().message);
  return zone->local_day(reading.now());
}

// ---- huiyin commitments

struct CommitmentArguments {
  TimeOptions times;
  supervision::CommitmentFilter filter;
  std::string from, to;
  std::uint64_t limit = 50;
};

Done run_commitments(const Context& context, CommitmentArguments arguments) {
  const auto from = parse_day("--from", arguments.from);
  if (!from) return std::unexpected(from.error());
  const auto to = parse_day("--to", arguments.to);
  if (!to) return std::unexpected(to.error());
  arguments.filter.from = *from;
  arguments.filter.to = *to;
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const auto day = today(*reading, arguments.times);
  if (!day) return std::unexpected(day.error());
  const auto page =
      supervision::commitments(reading->views(), reading->node->definitions(), arguments.filter,
                               projections::Scope::all(), *day, arguments.limit);
  if (!page) return std::unexpected(to_failure(page.error()));
  if (context.json) {
    print_line(events::to_json(*page));
    return {};
  }
  console::Table table(
      {{"due"}, {"days", Align::right}, {"case"}, {"organ"}, {"class"}, {"title"}});
  for (const auto& one : page->items) {
    table.add({{one.due ? events::format_date(*one.due) : "unknown"},
               {one.due ? std::to_string(one.days_left) : ""},
               {one.id},
               {one.organ},
               {one.class_code},
               {one.title}});
  }
  print_table(table);
  note(std::to_string(page->items.size()) + " shown, " + console::format_count(page->total) +
       " in all, " + console::format_count(page->overdue) + " past their day");
  return {};
}

// ---- huiyin campaign ID

struct CampaignArguments {
  TimeOptions times;
  std::string id;
};

Done run_campaign(const Context& context, const CampaignArguments& arguments) {
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const auto* registry = reading->node->registry();
  const auto state = registry == nullptr ? nullptr : registry->store().find(arguments.id);
  if (state == nullptr || state->kind != events::SubjectKind::campaign)
    return fail("not-found", "there is no campaign " + arguments.id);
  const auto progress = supervision::progress(reading->views(), *state);
  if (!progress) return std::unexpected(to_failure(progress.error()));
  if (context.json) {
    print_line(events::to_json(*progress));
    return {};
  }
  const auto line = [](std::string name, std::uint64_t count) {
    name.resize(20, ' ');
    print_line(name + console::format_count(count));
  };
  print_line(progress->name + " (" + progress->stage + ")");
  line("selected", progress->cases);
  line("revisited", progress->revisited);
  for (const auto& one : progress->now) line("  now " + one.class_code, one.cases);
  line("gone into deeply", progress->sampled);
  line("  of these revisited", progress->sampled_revisited);
  return {};
}

// ---- huiyin sheets

struct SheetArguments {
  TimeOptions times;
  std::string organ, year;
};

std::string per_cent(std::uint64_t of, std::uint64_t scale) {
  return std::to_string(of * 100 / scale) + " %";
}

void print_sheets(const std::vector<supervision::OrganSheet>& sheets) {
  console::Table table({{"organ"}, {"name"}, {"figure"}, {"value", Align::right}, {"of what"}});
  constexpr std::uint64_t per_mille = 1'000, per_myriad = 10'000;
  for (const auto& sheet : sheets) {
    for (const auto& figure : sheet.figures) {
      table.add({{sheet.organ},
                 {sheet.name},
                 {std::string(events::name_of(figure.measure))},
                 {console::format_count(figure.value)},
                 {figure.unit}});
    }
    for (const auto& rate : sheet.rates) {
      table.add({{sheet.organ},
                 {sheet.name},
                 {rate.name},
                 {per_cent(rate.per_mille, per_mille)},
                 {rate.numerator + " " + std::to_string(rate.of) + " of " + rate.denominator + " " +
                  std::to_string(rate.among)}});
    }
    for (const auto& line : sheet.scores) {
      table.add({{sheet.organ},
                 {sheet.name},
                 {line.name},
                 {per_cent(line.per_myriad, per_myriad)},
                 {std::to_string(line.scores) + " scores by " + std::to_string(line.by)}});
    }
  }
  print_table(table);
}

Done run_sheets(const Context& context, const SheetArguments& arguments) {
  std::uint16_t year = 0;
  if (const auto first = events::parse_date(arguments.year + "-01-01"))
    year = static_cast<std::uint16_t>(static_cast<int>(first->year()));
  if (year == 0) return misuse("--year: such as 2024");
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const auto* registry = reading->node->registry();
  const auto* store = registry == nullptr ? nullptr : &registry->store();
  const auto* rules = registry == nullptr ? nullptr : &registry->rules();
  std::vector<supervision::OrganSheet> sheets;
  if (arguments.organ.empty()) {
    auto all = supervision::organ_sheets(reading->views(), store, rules, year);
    if (!all) return std::unexpected(to_failure(all.error()));
    sheets = std::move(*all);
  } else {
    auto one = supervision::organ_sheet(reading->views(), store, rules, arguments.organ, year);
    if (!one) return std::unexpected(to_failure(one.error()));
    sheets.push_back(std::move(*one));
  }
  if (!context.json) {
    print_sheets(sheets);
    return {};
  }
  std::string out = R"({"items":[)";
  for (const auto& sheet : sheets) {
    if (out.back() != '[') out.push_back(',');
    out += events::to_json(sheet);
  }
  print_line(out + "]}");
  return {};
}

// ---- huiyin files

struct FilesArguments {
  TimeOptions times;
  std::string congress, from, to;
  std::uint64_t term = 0;
};

// One line for each deputy of a term, for whoever looks at all of them together (S3-6).
Done run_files(const Context& context, const FilesArguments& arguments) {
  const auto from = parse_day("--from", arguments.from);
  if (!from) return std::unexpected(from.error());
  const auto to = parse_day("--to", arguments.to);
  if (!to) return std::unexpected(to.error());
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const auto* registry = reading->node->registry();
  if (registry == nullptr) return fail("no-registry", "nothing has been registered here");
  const auto day = today(*reading, arguments.times);
  if (!day) return std::unexpected(day.error());
  const events::Date last = to->value_or(*day);
  const events::Date first = from->value_or(last.year() / std::chrono::January / 1);
  const supervision::FileSources sources{reading->views(), registry->store(), registry->rules(),
                                         registry->duties()};
  std::vector<console::Column> columns{{"deputy"}, {"name"}, {"proposed", Align::right}};
  for (const auto& part : registry->rules().scores) columns.push_back({part.id, Align::right});
  columns.push_back({"points", Align::right});
  console::Table table(columns);
  std::string json = R"({"items":[)";
  const auto deputies = supervision::deputies_of(registry->store(), arguments.congress,
                                                 static_cast<std::uint16_t>(arguments.term), last);
  for (const auto& deputy : deputies) {
    const auto file = supervision::performance_file(sources, *deputy, first, last);
    if (!file) return std::unexpected(to_failure(file.error()));
    if (context.json) {
      if (json.back() != '[') json.push_back(',');
      json += events::to_json(*file);
      continue;
    }
    std::vector<console::Cell> row{
        {file->deputy}, {file->name}, {std::to_string(file->cases.size())}};
    for (const auto& score : file->scores) row.push_back({std::to_string(score.points)});
    row.push_back({std::to_string(file->points)});
    table.add(row);
  }
  if (context.json) {
    print_line(json + "]}");
    return {};
  }
  print_table(table);
  note(std::to_string(deputies.size()) + " deputies, " + events::format_date(first) + " to " +
       events::format_date(last));
  return {};
}

}  // namespace

void add_commitments(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<CommitmentArguments>();
  Arguments ledger =
      root.command("commitments", "What was promised and is not kept yet, by its day",
                   "  huiyin commitments --overdue\n"
                   "  huiyin commitments --organ organ-water --to 2024-12-31 --json");
  auto& f = arguments->filter;
  ledger.option("--organ", f.organ, "promised by this organ");
  ledger.option("--region", f.region, "in this region or one within it");
  ledger.option("--from", arguments->from, "due on this day or later");
  ledger.option("--to", arguments->to, "due on this day or earlier");
  ledger.flag("--overdue", f.overdue, "only those whose day has passed");
  ledger.option("--limit", arguments->limit, "how many");
  arguments->times.declare(ledger);
  ledger.run([&context, arguments] { return run_commitments(context, *arguments); });
}

void add_campaign(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<CampaignArguments>();
  Arguments campaign = root.command("campaign", "How far a campaign of revisits has come",
                                    "  huiyin campaign look-back-2022");
  campaign.option("ID", arguments->id, "the campaign");
  campaign.require("ID");
  arguments->times.declare(campaign);
  campaign.run([&context, arguments] { return run_campaign(context, *arguments); });
}

void add_sheets(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<SheetArguments>();
  Arguments sheets = root.command("sheets", "Handling organs' years: replies, ratings, scores",
                                  "  huiyin sheets --year 2024 --json\n"
                                  "  huiyin sheets --year 2024 --organ organ-water");
  sheets.option("--year", arguments->year, "which year");
  sheets.require("--year");
  sheets.option("--organ", arguments->organ, "of this organ alone");
  arguments->times.declare(sheets);
  sheets.run([&context, arguments] { return run_sheets(context, *arguments); });
}

void add_files(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<FilesArguments>();
  Arguments files =
      root.command("files", "Deputies' performance files of a term, with their scores",
                   "  huiyin files --congress hunan --term 13 --from 2018-01-01 --json");
  files.option("--congress", arguments->congress, "deputies of this congress");
  files.require("--congress");
  files.option("--term", arguments->term, "of this term (any)");
  files.option("--from", arguments->from, "what they did from this day on (the year's first)");
  files.option("--to", arguments->to, "up to this day (today)");
  arguments->times.declare(files);
  files.run([&context, arguments] { return run_files(context, *arguments); });
}

}  // namespace huiyin::cli
