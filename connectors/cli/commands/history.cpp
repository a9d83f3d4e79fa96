// huiyin history ID: every event of a case, from the log.
#include "node/history.hpp"

#include <memory>

#include "commands.hpp"
#include "console/width.hpp"
#include "events/json_value.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

using events::json::Value;

struct HistoryArguments {
  TimeOptions times;
  std::string id;
  std::uint64_t limit = 500, after = 0;
  bool states = false;
};

std::string text_at(Value object, std::string_view key) {
  const auto value = object.find(key);
  return value ? std::string(value->as_string().value_or("")) : "";
}

std::string number_text(Value value) {
  const auto number = value.as_integer();
  return number ? std::to_string(*number) : "";
}

template <class Visit>
void each(Value array, Visit visit) {
  array.each_element(&visit, [](void* at, Value element) {
    (*static_cast<Visit*>(at))(element);
    return true;
  });
}

// "start reply, due 2024-08-01" for each clock that the event touched.
std::string clocks_text(Value data, const LocalTimes& local) {
  std::string out;
  const auto clocks = data.find("clocks");
  if (!clocks) return out;
  each(*clocks, [&](Value change) {
    if (!out.empty()) out += "; ";
    out += text_at(change, "action") + " " + text_at(change, "clock");
    if (const auto lane = change.find("lane")) out += " of lane " + number_text(*lane);
    if (const auto due = events::parse_instant(text_at(change, "due")))
      out += ", due " + local.day(*due);
  });
  return out;
}

std::string corrected_text(Value event) {
  std::string out;
  if (const auto versions = event.find("corrected_by")) {
    each(*versions,
         [&](Value version) { out += (out.empty() ? "" : ", ") + number_text(version); });
  }
  return out.empty() ? out : "corrected by " + out;
}

void print_history(Value history, const LocalTimes& local) {
  console::Table table({{"", console::Align::right},
                        {"happened"},
                        {"recorded"},
                        {"event"},
                        {"stage"},
                        {"actor"},
                        {"clocks"},
                        {"remarks"}});
  const auto at = [&](Value event, std::string_view key) {
    const auto instant = events::parse_instant(text_at(event, key));
    return instant ? local.minute(*instant) : "";
  };
  each(*history.find("events"), [&](Value event) {
    const auto data = event.find("data");
    std::string actor = text_at(event, "actor") + " (" + text_at(event, "role") + ")";
    if (const auto behalf = text_at(event, "behalf"); !behalf.empty()) actor += " for " + behalf;
    const std::string name = text_at(event, "event");
    const bool late = name == "deadline-missed" || name == "escalated";
    table.add({{number_text(*event.find("version"))},
               {at(event, "occurred_at")},
               {at(event, "time")},
               {name, late ? console::Style::red : console::Style::bold},
               {text_at(event, "stage")},
               {actor},
               {data ? clocks_text(*data, local) : ""},
               {corrected_text(event), console::Style::yellow}});
  });
  print_table(table);
  each(*history.find("gaps"), [&](Value gap) {
    std::string range;
    each(gap, [&](Value end) { range += (range.empty() ? "" : " to ") + number_text(end); });
    note("events are missing: versions " + range);
  });
  if (const auto next = history.find("next")) note("more: --after " + number_text(*next));
}

Done run_history(const Context& context, const HistoryArguments& arguments) {
  const auto reading = open_log_reading(context, arguments.times);
  if (!reading) return std::unexpected(reading.error());
  const node::HistoryOptions options{.cut = reading->cut,
                                     .after = static_cast<std::uint32_t>(arguments.after),
                                     .limit = arguments.limit,
                                     .states = arguments.states};
  node::Node& node = *reading->node;
  const auto json = node::history_json(node.log(), node.views(), arguments.id, options);
  if (!json) return std::unexpected(to_failure(json.error()));
  if (!*json) {
    return fail("no-such-case", "there is no case " + arguments.id +
                                    (arguments.times.given() ? " at that time" : ""));
  }
  if (context.json) {
    print_line(**json);
    return {};
  }
  events::json::Parser parser;
  const auto history = parser.parse(**json);
  if (!history) return fail("log-damaged", std::string(history.error().detail));
  print_history(*history, LocalTimes(arguments.times.zone));
  return {};
}

}  // namespace

void add_history(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<HistoryArguments>();
  Arguments history = root.command(
      "history", "Every event of a case: when, by whom, to which stage, with which clocks",
      "  huiyin history 0192f3c4-…\n"
      "  huiyin history 0192f3c4-… --known-at 2024-05-01 --states --json");
  history.option("ID", arguments->id, "the case");
  history.require("ID");
  history.option("--limit", arguments->limit, "how many");
  history.option("--after", arguments->after, "from the version after this one on");
  history.flag("--states", arguments->states, "with --json: what the case was after each");
  arguments->times.declare(history);
  history.run([&context, arguments] { return run_history(context, *arguments); });
}

}  // namespace huiyin::cli
