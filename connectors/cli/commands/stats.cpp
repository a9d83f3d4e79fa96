// huiyin stats: figures of periods, with their units, and rates with what they divide.
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_writer.hpp"
#include "output.hpp"
#include "projections/stats_query.hpp"

namespace huiyin::cli {
namespace {

struct StatsArguments {
  TimeOptions times;
  projections::StatsQuery query;
  std::string from, to;
};

std::string per_cent(std::uint64_t per_mille) {
  return std::to_string(per_mille / 10) + "." + std::to_string(per_mille % 10) + " %";
}

void print_page(const projections::StatsPage& page) {
  using console::Align;
  console::Table table(
      {{page.by}, {"figure"}, {"value", Align::right}, {"unit or what it divides"}});
  for (const auto& row : page.items) {
    for (const auto& figure : row.figures) {
      table.add({{row.group},
                 {std::string(events::name_of(figure.measure))},
                 {console::format_count(figure.value)},
                 {figure.unit}});
    }
    for (const auto& rate : row.rates) {
      table.add({{row.group},
                 {rate.name, console::Style::bold},
                 {per_cent(rate.per_mille)},
                 {rate.numerator + " " + console::format_count(rate.of) + " of " +
                  rate.denominator + " " + console::format_count(rate.among)}});
    }
  }
  print_table(table);
}

Done run_stats(const Context& context, StatsArguments arguments) {
  auto& query = arguments.query;
  query.scope = projections::Scope::all();
  const auto from = parse_day("--from", arguments.from);
  if (!from) return std::unexpected(from.error());
  const auto to = parse_day("--to", arguments.to);
  if (!to) return std::unexpected(to.error());
  query.from = *from;
  query.to = *to;
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const auto page = projections::stats(reading->views(), query);
  if (!page) return std::unexpected(to_failure(page.error()));
  if (context.json)
    print_line(events::to_json(*page));
  else
    print_page(*page);
  return {};
}

}  // namespace

void add_stats(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<StatsArguments>();
  Arguments stats = root.command("stats", "Figures of periods, and rates with what they divide",
                                 "  huiyin stats --by month --from 2024-01-01 --to 2024-12-31\n"
                                 "  huiyin stats --by organ --region 430000 --json");
  auto& q = arguments->query;
  stats.choice("--by", q.by, "rows of the answer (period: one row)");
  stats.option("--from", arguments->from, "from this month on");
  stats.option("--to", arguments->to, "up to this month");
  stats.option("--region", q.region, "in this region or one within it");
  stats.option("--organ", q.organ, "of this organ");
  stats.option("--class", q.class_code, "of this class of replies");
  stats.choice("--kind", q.kind, "of this kind");
  arguments->times.declare(stats);
  stats.run([&context, arguments] { return run_stats(context, *arguments); });
}

}  // namespace huiyin::cli
