// huiyin process check|draw|diff: process definitions, before anybody is bound by them.
#include <memory>

#include "commands.hpp"
#include "engine/definition_draw.hpp"
#include "engine/definition_toml.hpp"
#include "events/json_text.hpp"
#include "output.hpp"
#include "process_diff.hpp"
#include "process_names.hpp"

namespace huiyin::cli {
namespace {

enum class Drawing : std::uint8_t { mermaid, dot };
constexpr auto names(Drawing) { return std::array<std::string_view, 2>{"mermaid", "dot"}; }

struct ProcessArguments {
  std::filesystem::path folder;
  std::string name;
  Drawing as = Drawing::mermaid;
};

Result<engine::Definitions> definitions_of(const Context& context,
                                           const ProcessArguments& arguments) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  return load_processes(*settings, arguments.folder);
}

Done run_check(const Context& context, const ProcessArguments& arguments) {
  const auto definitions = definitions_of(context, arguments);
  if (!definitions) return std::unexpected(definitions.error());
  std::string json = R"({"ok":true,"profile":)";
  events::append_json_string(json, definitions->profile());
  json += R"(,"processes":[)";
  console::Table table(
      {{"process"}, {"over"}, {"kinds"}, {"in force from"}, {"transitions"}, {"clocks"}, {"file"}});
  for (const auto& definition : definitions->all()) {
    if (json.back() != '[') json.push_back(',');
    events::append_json_string(json, definition->id());
    std::string kinds;
    for (const auto kind : definition->kinds)
      kinds += (kinds.empty() ? "" : " ") + std::string(events::name_of(kind));
    table.add({{definition->id()},
               {definition->base},
               {kinds},
               {events::format_date(definition->valid_from)},
               {std::to_string(definition->transitions.size())},
               {std::to_string(definition->clocks.size())},
               {definition->file}});
  }
  if (context.json) {
    print_line(json + "]}");
    return {};
  }
  print_table(table);
  if (!definitions->profile().empty()) print_line("profile: " + definitions->profile());
  return {};
}

Done run_draw(const Context& context, const ProcessArguments& arguments) {
  const auto definitions = definitions_of(context, arguments);
  if (!definitions) return std::unexpected(definitions.error());
  const auto found = process_named(*definitions, arguments.name);
  if (found == nullptr) return fail("no-such-process", "there is no process " + arguments.name);
  const std::string drawing =
      arguments.as == Drawing::dot ? engine::draw_dot(*found) : engine::draw_mermaid(*found);
  if (!context.json) {
    print(drawing);
    return {};
  }
  std::string json = R"({"process":)";
  events::append_json_string(json, found->id());
  json += R"(,"drawing":)";
  events::append_json_string(json, drawing);
  print_line(json + "}");
  return {};
}

}  // namespace

void add_process(Arguments& root, const Context& context) {
  Arguments process = root.command("process", "Process definitions: check them, draw them");
  const auto checked = std::make_shared<ProcessArguments>();
  Arguments check = process.command("check", "Name every mistake in the definitions and calendars",
                                    "  huiyin process check\n"
                                    "  huiyin process check --folder my-config");
  check.option("--folder", checked->folder, "the folder with processes/ and calendars/");
  check.run([&context, checked] { return run_check(context, *checked); });

  const auto drawn = std::make_shared<ProcessArguments>();
  Arguments draw =
      process.command("draw", "Its stages and the commands between them",
                      "  huiyin process draw suggestion\n"
                      "  huiyin process draw suggestion@1 --as dot | dot -Tsvg > s.svg");
  draw.option("NAME", drawn->name, "a process, with its profile and version or without");
  draw.require("NAME");
  draw.choice("--as", drawn->as, "mermaid (for pages) or dot (for Graphviz)");
  draw.option("--folder", drawn->folder, "the folder with processes/ and calendars/");
  draw.run([&context, drawn] { return run_draw(context, *drawn); });

  const auto compared = std::make_shared<DiffArguments>();
  Arguments diff = process.command(
      "diff", "What two definitions say differently, and what recorded cases would have met",
      "  huiyin process diff suggestion zhejiang/suggestion\n"
      "  huiyin process diff suggestion@1 suggestion@2\n"
      "  huiyin process diff suggestion@1 draft/suggestion.toml --json");
  diff.option("OLD", compared->before, "the definition that the cases are pinned to");
  diff.require("OLD");
  diff.option("NEW", compared->after, "another definition, or a file");
  diff.require("NEW");
  diff.run([&context, compared] { return run_process_diff(context, *compared); });
}

}  // namespace huiyin::cli
