// huiyin overdue: what is past due or due soon, by whom.
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_writer.hpp"
#include "node/working_days.hpp"
#include "output.hpp"
#include "projections/overdue_query.hpp"

namespace huiyin::cli {
namespace {

struct OverdueArguments {
  TimeOptions times;
  projections::OverdueQuery query;
  std::uint64_t limit = 50;
  bool missed = false, soon = false;
};

void print_page(const projections::OverduePage& page, const LocalTimes& local) {
  using console::Align;
  console::Table table({{"due"},
                        {"days over", Align::right},
                        {"working", Align::right},
                        {"clock"},
                        {"holder"},
                        {"case"},
                        {"stage"},
                        {"title"}});
  for (const auto& item : page.items) {
    table.add({{local.day(item.row.due), style_of(item.row.colour, item.row.missed)},
               {std::to_string(item.days_over)},
               {std::to_string(item.working_days_over)},
               {item.row.key.clock},
               {item.row.holder},
               {item.row.id},
               {item.stage},
               {item.title}});
  }
  print_table(table);
  std::string line = std::to_string(page.items.size()) + " shown";
  if (page.total) line += ", " + console::format_count(*page.total) + " in all";
  if (page.total_at_least) {
    line += ", at least " + console::format_count(*page.total_at_least) + " (--count counts them)";
  }
  note(line);
  if (!page.next.empty()) note("more: --cursor " + page.next);
}

Done run_overdue(const Context& context, OverdueArguments arguments) {
  auto& query = arguments.query;
  query.scope = projections::Scope::all();
  if (arguments.limit == 0 || arguments.limit > projections::max_page)
    return misuse("--limit: from 1 to " + std::to_string(projections::max_page));
  query.limit = arguments.limit;
  if (arguments.missed && arguments.soon) return misuse("--missed and --soon exclude each other");
  if (arguments.missed) query.missed = true;
  if (arguments.soon) query.missed = false;
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  query.days_over = node::days_over_at(reading->node->definitions(), reading->now());
  const auto page = projections::overdue(reading->views(), query);
  if (!page) return std::unexpected(to_failure(page.error()));
  if (context.json)
    print_line(events::to_json(*page));
  else
    print_page(*page, LocalTimes(arguments.times.zone));
  return {};
}

}  // namespace

void add_overdue(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<OverdueArguments>();
  Arguments overdue = root.command("overdue", "What is past due or due soon, the earliest first",
                                   "  huiyin overdue --missed --supervisor committee:urban\n"
                                   "  huiyin overdue --as-of 2019-12-31 --count --json");
  auto& q = arguments->query;
  overdue.option("--organ,--holder", q.holder, "that this organ, deputy or role owes");
  overdue.option("--supervisor", q.supervisor, "that this body supervises");
  overdue.option("--region", q.region, "in this region or one within it");
  overdue.option("--clock", q.clock, "of this clock: reply, sign …");
  overdue.choice("--colour", q.colour, "of this colour");
  overdue.flag("--missed", arguments->missed, "past due alone");
  overdue.flag("--soon", arguments->soon, "due soon alone");
  overdue.option("--limit", arguments->limit, "how many, at most 500");
  overdue.option("--cursor", q.cursor, "the page that follows another");
  overdue.flag("--count", q.count_exactly, "count all, however long it takes");
  arguments->times.declare(overdue);
  overdue.run([&context, arguments] { return run_overdue(context, *arguments); });
}

}  // namespace huiyin::cli
