// huiyin load: how much lies on whom.
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_writer.hpp"
#include "output.hpp"
#include "projections/load_query.hpp"

namespace huiyin::cli {
namespace {

struct LoadArguments {
  TimeOptions times;
  projections::LoadQuery query;
  std::uint64_t limit = projections::max_page;
  std::string from, to;
};

void print_page(const projections::LoadPage& page) {
  using console::Align;
  console::Table table({{"holder"},
                        {"weighted", Align::right},
                        {"open", Align::right},
                        {"due soon", Align::right},
                        {"overdue", Align::right},
                        {"unrated", Align::right},
                        {"promised", Align::right},
                        {"re-handling", Align::right},
                        {"key", Align::right},
                        {"closed", Align::right},
                        {"median age", Align::right},
                        {"oldest", Align::right}});
  const auto age = [](const std::optional<std::int64_t>& days) {
    return days ? std::to_string(*days) + " d" : std::string();
  };
  for (const auto& row : page.items) {
    std::vector<console::Cell> cells{{row.holder}, {std::to_string(row.weighted)}};
    for (const auto count : {row.open, row.due_soon, row.overdue, row.unrated, row.promised,
                             row.rehandling, row.key, row.closed}) {
      cells.push_back({console::format_count(count)});
    }
    cells[4].style = row.overdue > 0 ? console::Style::red : console::Style::plain;
    cells.push_back({age(row.median_age_days)});
    cells.push_back({age(row.oldest_age_days)});
    table.add(std::move(cells));
  }
  print_table(table);
  note(std::to_string(page.items.size()) + " shown, " + console::format_count(page.total) +
       " in all");
}

Done run_load(const Context& context, LoadArguments arguments) {
  auto& query = arguments.query;
  query.scope = projections::Scope::all();
  if (arguments.limit == 0 || arguments.limit > projections::max_page)
    return misuse("--limit: from 1 to " + std::to_string(projections::max_page));
  query.limit = arguments.limit;
  const auto from = parse_day("--from", arguments.from);
  if (!from) return std::unexpected(from.error());
  const auto to = parse_day("--to", arguments.to);
  if (!to) return std::unexpected(to.error());
  query.from = *from;
  query.to = *to;
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  query.now = reading->now();
  const auto page = projections::load(reading->views(), query);
  if (!page) return std::unexpected(to_failure(page.error()));
  if (context.json)
    print_line(events::to_json(*page));
  else
    print_page(*page);
  return {};
}

}  // namespace

void add_load(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<LoadArguments>();
  Arguments load = root.command("load", "How much lies on whom, the heaviest first",
                                "  huiyin load --by station\n"
                                "  huiyin load --by committee --from 2024-01-01 --to 2024-12-31");
  load.choice("--by", arguments->query.by, "whose load (organ)");
  load.option("--holder", arguments->query.holder, "of this one alone");
  load.option("--from", arguments->from, "cases closed from this month on");
  load.option("--to", arguments->to, "cases closed up to this month");
  load.option("--limit", arguments->limit, "how many, at most 500");
  arguments->times.declare(load);
  load.run([&context, arguments] { return run_load(context, *arguments); });
}

}  // namespace huiyin::cli
