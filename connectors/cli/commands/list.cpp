// huiyin list: cases by what they are now.
#include <memory>

#include "commands.hpp"
#include "console/format.hpp"
#include "events/json_writer.hpp"
#include "output.hpp"
#include "projections/list_query.hpp"

namespace huiyin::cli {
namespace {

struct ListArguments {
  TimeOptions times;
  projections::ListQuery query;
  std::uint64_t limit = 50;
  std::string words;
  bool overdue = false, open = false, ended = false;
};

std::string joined(const Words& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string total_line(const projections::ListPage& page) {
  if (page.total) return console::format_count(*page.total) + " in all";
  if (page.total_at_least)
    return "at least " + console::format_count(*page.total_at_least) + " (--count counts them)";
  return "";
}

void print_page(const projections::ListPage& page, const LocalTimes& local) {
  console::Table table(
      {{"case"}, {"kind"}, {"stage"}, {"title"}, {"organs"}, {"collected"}, {"due"}});
  for (const auto& row : page.items) {
    const auto style = style_of(row.colour, row.overdue);
    table.add({{row.id},
               {std::string(events::name_of(row.kind))},
               {row.stage},
               {row.title},
               {joined(row.organs)},
               {local.day(row.collected_at)},
               {row.due ? local.day(*row.due) : "", style}});
  }
  print_table(table);
  note(std::to_string(page.items.size()) + " shown, " + total_line(page));
  if (!page.next.empty()) note("more: --cursor " + page.next);
}

Done run_list(const Context& context, ListArguments arguments) {
  auto& query = arguments.query;
  query.scope = projections::Scope::all();
  if (arguments.limit == 0 || arguments.limit > projections::max_page)
    return misuse("--limit: from 1 to " + std::to_string(projections::max_page));
  query.limit = arguments.limit;
  if (arguments.open && arguments.ended) return misuse("--open and --ended exclude each other");
  if (arguments.open) query.filter.ended = false;
  if (arguments.ended) query.filter.ended = true;
  if (arguments.overdue) query.filter.overdue = true;
  const auto reading = open_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  if (!arguments.words.empty()) {
    auto found = reading->node->text().search(arguments.words);
    if (!found) return fail("text-unavailable", found.error().message);
    query.candidates_complete = found->size() < text_search::max_hits;
    query.candidates = std::move(*found);
  }
  const auto page = projections::list(reading->views(), query);
  if (!page) return std::unexpected(to_failure(page.error()));
  if (context.json)
    print_line(events::to_json(*page));
  else
    print_page(*page, LocalTimes(arguments.times.zone));
  return {};
}

}  // namespace

void add_list(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<ListArguments>();
  Arguments list = root.command("list", "Cases by what they are now, filtered, sorted, paged",
                                "  huiyin list --stage handling --overdue --sort due\n"
                                "  huiyin list --organ organ:water --q 排水管 --json\n"
                                "  huiyin list --as-of 2019-12-31 --count");
  auto& f = arguments->query.filter;
  list.option("--stage", f.stage, "in this stage of their process");
  list.option("--organ", f.organ, "that this organ handles");
  list.option("--deputy", f.deputy, "that this deputy proposes or carries");
  list.option("--station", f.station, "that came in at this station");
  list.option("--region", f.region, "in this region or one within it");
  list.option("--category", f.category, "of this category");
  list.option("--class", f.class_code, "whose newest reply is of this class");
  list.option("--supervisor", f.supervisor, "that this body supervises");
  list.choice("--kind", f.kind, "of this kind");
  list.option("--q", arguments->words, "whose title or body holds these words (as of now)");
  list.flag("--overdue", arguments->overdue, "with a clock past due");
  list.flag("--open", arguments->open, "that have not ended");
  list.flag("--ended", arguments->ended, "that have ended");
  list.choice("--sort", arguments->query.sort, "order (-collected: the newest first)");
  list.option("--limit", arguments->limit, "how many, at most 500");
  list.option("--cursor", arguments->query.cursor, "the page that follows another");
  list.flag("--count", arguments->query.count_exactly, "count all, however long it takes");
  arguments->times.declare(list);
  list.run([&context, arguments] { return run_list(context, *arguments); });
}

}  // namespace huiyin::cli
