// huiyin case ID: what is so of one case.
#include <memory>

#include "commands.hpp"
#include "console/width.hpp"
#include "events/json_value.hpp"
#include "events/json_writer.hpp"
#include "node/history.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

struct CaseArguments {
  TimeOptions times;
  std::string id;
  bool texts = false;
};

void row(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  std::string line(name);
  line.resize(14, ' ');
  print_line(line + console::printable(value));
}

void print_lanes(const projections::CaseState& state, const LocalTimes& local) {
  console::Table table(
      {{"lane"}, {"organ"}, {"role"}, {"stage"}, {"handed off"}, {"class"}, {"on time"}});
  for (const auto& lane : state.lanes) {
    table.add({{std::to_string(lane.lane)},
               {lane.organ},
               {std::string(events::name_of(lane.role))},
               {std::string(events::name_of(lane.stage))},
               {local.day(lane.handed_off)},
               {lane.class_code},
               {lane.on_time ? *lane.on_time ? "yes" : "no" : ""}});
  }
  if (table.rows() == 0) return;
  print_line("");
  print_table(table);
}

void print_clocks(const projections::CaseState& state, const LocalTimes& local) {
  console::Table table({{"clock"}, {"lane"}, {"holder"}, {"started"}, {"due"}, {"state"}});
  for (const auto& clock : state.clocks) {
    std::string how = clock.missed ? "missed" : clock.paused ? "paused" : "running";
    if (clock.provisional) how += ", provisional";
    if (clock.level > 0) how += ", escalated " + std::to_string(clock.level) + " times";
    table.add({{clock.key.clock},
               {clock.key.lane == 0 ? "" : std::to_string(clock.key.lane)},
               {clock.holder},
               {local.day(clock.started)},
               {local.day(clock.due), style_of(clock.colour, clock.missed)},
               {how}});
  }
  if (table.rows() == 0) return;
  print_line("");
  print_table(table);
}

void print_state(const projections::CaseState& state, const LocalTimes& local) {
  row("case", state.id);
  row("title", state.title);
  row("kind", events::name_of(state.kind));
  row("process", state.process);
  row("stage",
      state.stage + (state.ended ? " (ended)" : "") + " since " + local.minute(state.stage_since));
  row("version", std::to_string(state.version));
  row("collected", local.minute(state.collected_at));
  row("station", state.station);
  row("region", state.region);
  row("category", state.category);
  row("supervisor", state.supervisor);
  std::string deputies;
  for (const auto& p : state.proposers) deputies += (deputies.empty() ? "" : ", ") + p.deputy;
  row("deputies", deputies);
  for (const auto& rating : state.ratings) {
    row("rated", rating.deputy + ": " + std::string(events::name_of(rating.result)));
  }
  if (state.target) row("waits for", state.target->id);
  print_lanes(state, local);
  print_clocks(state, local);
}

Done print_texts(const std::string& json) {
  events::json::Parser parser;
  const auto texts = parser.parse(json);
  if (!texts) return fail("log-damaged", std::string(texts.error().detail));
  const auto show = [](std::string_view title, events::json::Value text) {
    const auto value = text.as_string().value_or("");
    if (value.empty()) return;
    print_line("");
    print_line(console::painted(title, console::Style::bold, colours()));
    std::string line;
    for (const char c : std::string(value) + "\n") {
      if (c != '\n') {
        line.push_back(c);
        continue;
      }
      print_line(console::printable(line));
      line.clear();
    }
  };
  if (const auto body = texts->find("body")) show("body", *body);
  if (const auto replies = texts->find("replies")) {
    replies->each_member(const_cast<void*>(static_cast<const void*>(&show)),
                         [](void* at, std::string_view lane, events::json::Value text) {
                           (*static_cast<const decltype(show)*>(at))(
                               "reply of lane " + std::string(lane), text);
                           return true;
                         });
  }
  return {};
}

Done run_case(const Context& context, const CaseArguments& arguments) {
  const auto reading = open_log_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  node::Node& node = *reading->node;
  auto state = node::state_at(node.log(), node.views(), arguments.id, reading->cut);
  if (!state) return std::unexpected(to_failure(state.error()));
  if (!*state) {
    return fail("no-such-case", "there is no case " + arguments.id +
                                    (arguments.times.given() ? " at that time" : ""));
  }
  std::string texts;
  if (arguments.texts) {
    auto read = node::texts_json(node.log(), node.views(), **state);
    if (!read) return std::unexpected(to_failure(read.error()));
    texts = std::move(*read);
  }
  // Sealed as it is, it says nothing; who may open it does so over HTTP.
  (*state)->petitioner.reset();
  if (context.json) {
    std::string json = events::to_json(**state);
    if (arguments.texts) json.replace(json.size() - 1, 1, ",\"texts\":" + texts + "}");
    print_line(json);
    return {};
  }
  print_state(**state, LocalTimes(arguments.times.zone));
  return arguments.texts ? print_texts(texts) : Done{};
}

}  // namespace

void add_case(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<CaseArguments>();
  Arguments one = root.command("case", "One case: its stage, lanes, clocks, ratings",
                               "  huiyin case 0192f3c4-… --texts\n"
                               "  huiyin case 0192f3c4-… --as-of 2024-05-01 --json");
  one.option("ID", arguments->id, "the case");
  one.require("ID");
  one.flag("--texts", arguments->texts, "its body and the replies too");
  arguments->times.declare(one);
  one.run([&context, arguments] { return run_case(context, *arguments); });
}

}  // namespace huiyin::cli
