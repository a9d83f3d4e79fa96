#include "process_diff.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "console/format.hpp"
#include "engine/calendar_toml.hpp"
#include "engine/definition_toml.hpp"
#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "events/json_text.hpp"
#include "output.hpp"
#include "process_names.hpp"
#include "projections/list_query.hpp"

namespace huiyin::cli {
namespace {

using engine::CommandType;
using engine::Definition;
using engine::Transition;

template <class T, std::size_t I = 0>
constexpr std::optional<CommandType> command_of() {
  if constexpr (I == engine::command_count)
    return std::nullopt;
  else if constexpr (std::same_as<T, std::variant_alternative_t<I, engine::CommandAlternatives>>)
    return static_cast<CommandType>(I);
  else
    return command_of<T, I + 1>();
}

// The command that an event came from; nothing for what the engine does by itself.
std::optional<CommandType> command_behind(const events::CaseEvent& event, events::Role role) {
  if (role == events::Role::timer) return std::nullopt;
  return std::visit(
      []<class T>(const T&) -> std::optional<CommandType> {
        if constexpr (std::same_as<T, events::Reviewed> || std::same_as<T, events::SentBack>)
          return CommandType::review;
        else
          return command_of<T>();
      },
      event.body);
}

struct Difference {
  std::uint64_t events = 0;
  std::set<std::string> cases;
};
using Differences = std::map<std::string, Difference>;

class Comparison {
 public:
  Comparison(const Definition& before, const Definition& after) : before_(before), after_(after) {}

  void add(const std::string& case_id, const std::string& stage, events::Role role,
           const events::CaseEvent& event) {
    case_ = case_id;
    const auto command = command_behind(event, role);
    if (!command) return;
    const Transition* then = before_.find(*command, stage);
    if (then == nullptr) return;  // taken under yet another version
    const std::string what =
        std::string(events::name_of(*command)) + " from " + (stage.empty() ? "the start" : stage);
    const Transition* now = after_.find(*command, stage);
    if (now == nullptr) return note(what + ": refused");
    if (then->by.has(role) && !now->by.has(role))
      note(what + ": no longer for the role " + std::string(events::name_of(role)));
    if (then->to != now->to || then->once != now->once)
      note(what + ": leads to " + (now->to.empty() ? stage : now->to) + " instead of " +
           (then->to.empty() ? stage : then->to));
    if (then->require != now->require) note(what + ": other conditions");
    compare(what, "starts", then->start, now->start);
    compare(what, "stops", then->stop, now->stop);
    compare(what, "pauses", then->pause, now->pause);
    compare(what, "resumes", then->resume, now->resume);
    for (const auto& change : event.common.clocks) due(event.common.day, change);
  }

  const Differences& differences() const { return differences_; }

 private:
  void note(const std::string& text) {
    auto& difference = differences_[text];
    ++difference.events;
    difference.cases.insert(case_);
  }

  void compare(const std::string& what, const std::string& verb, const Words& then,
               const Words& now) {
    for (const auto& clock : then)
      if (std::ranges::find(now, clock) == now.end())
        note(what + ": no longer " + verb + " " + clock);
    for (const auto& clock : now)
      if (std::ranges::find(then, clock) == then.end()) note(what + ": now " + verb + " " + clock);
  }

  static std::optional<events::Instant> due_by(const Definition& definition,
                                               const std::string& name, events::Date day) {
    const engine::Clock* clock = definition.find_clock(name);
    if (clock == nullptr || !clock->after) return std::nullopt;
    return definition.zone.end_of_day(
        engine::after(definition.calendar, day, *clock->after, clock->roll).date);
  }

  // Only where the old definition explains the recorded due date: rungs of the ladder, promises and
  // extensions have dates of their own.
  void due(events::Date day, const events::ClockChange& change) {
    if (change.action != events::ClockAction::start || !change.due) return;
    if (due_by(before_, change.key.clock, day) != change.due) return;
    const auto now = due_by(after_, change.key.clock, day);
    if (!now || now == change.due) return;
    const auto days = std::chrono::duration_cast<std::chrono::days>(*now - *change.due).count();
    note("clock " + change.key.clock + ": due " + (days < 0 ? "earlier" : "later"));
  }

  const Definition& before_;
  const Definition& after_;
  std::string case_;
  Differences differences_;
};

// A definition by its name, or a draft in a file.
Result<std::shared_ptr<const Definition>> definition_or_file(const engine::Definitions& definitions,
                                                             const node::Settings& settings,
                                                             const std::string& name) {
  if (auto found = process_named(definitions, name)) return found;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(name, ignored))
    return fail("no-such-process", name + " is neither a definition nor a file");
  const auto calendars = engine::load_calendars(settings.config / "calendars");
  if (!calendars) return fail("bad-definition", engine::to_text(calendars.error()));
  std::ifstream file(name, std::ios::binary);
  const std::string toml{std::istreambuf_iterator<char>(file), {}};
  auto parsed = engine::parse_definition(toml, name, *calendars);
  if (!parsed) return fail("bad-definition", engine::to_text(parsed.error().front()));
  return std::make_shared<const Definition>(std::move(*parsed));
}

// One statement of the two files; empty where one says nothing.
struct Rule {
  std::string key, before, after;
};

// Both lists are in the order of their keys.
std::vector<Rule> different_rules(const Definition& before, const Definition& after) {
  std::vector<Rule> out;
  auto a = before.statements.begin();
  auto b = after.statements.begin();
  while (a != before.statements.end() || b != after.statements.end()) {
    const bool only_before =
        b == after.statements.end() || (a != before.statements.end() && a->key < b->key);
    const bool only_after = !only_before && (a == before.statements.end() || b->key < a->key);
    if (only_before) {
      out.push_back({a->key, a->value, ""});
      ++a;
    } else if (only_after) {
      out.push_back({b->key, "", b->value});
      ++b;
    } else {
      if (a->value != b->value) out.push_back({a->key, a->value, b->value});
      ++a;
      ++b;
    }
  }
  return out;
}

Done add_case(const Reading& reading, const std::string& id, Comparison& comparison) {
  const events::EventLog& log = reading.node->log();
  const auto entries = reading.views().history(id, 1, std::numeric_limits<std::uint32_t>::max());
  if (!entries) return std::unexpected(to_failure(entries.error()));
  events::json::Parser parser;
  std::string stage;
  for (const auto& entry : *entries) {
    const events::Position position{events::partition_of(id, log.partitions()), entry.sequence};
    const auto frame = log.get(position);
    if (!frame) return std::unexpected(to_failure(frame.error()));
    const auto view = events::decode_frame(*frame);
    if (!view) return fail("log-damaged", events::format_position(position) + ": " + view.error());
    const auto event = events::decode_case_event(parser, view->envelope.type, view->data);
    if (!event)
      return fail("log-damaged", events::format_position(position) + ": " + event.error().detail);
    comparison.add(id, stage, view->envelope.role, *event);
    stage = event->common.stage;
  }
  return {};
}

void print_rules(const std::vector<Rule>& rules, const Definition& before,
                 const Definition& after) {
  console::Table table({{"rule"}, {before.id()}, {after.id()}});
  for (const Rule& rule : rules) table.add({{rule.key}, {rule.before}, {rule.after}});
  if (table.rows() > 0) print_table(table);
  print_line(console::format_count(rules.size()) + " rules differ");
}

void print_differences(const Differences& differences, std::uint64_t cases) {
  console::Table table({{"what would be different"},
                        {"events", console::Align::right},
                        {"cases", console::Align::right},
                        {"for example"}});
  for (const auto& [text, difference] : differences) {
    table.add({{text},
               {console::format_count(difference.events)},
               {console::format_count(difference.cases.size())},
               {*difference.cases.begin()}});
  }
  if (table.rows() > 0) print_table(table);
  print_line(console::format_count(cases) + " cases compared, " +
             console::format_count(differences.size()) + " differences");
}

std::string diff_json(const std::vector<Rule>& rules, const Differences& differences,
                      std::uint64_t cases) {
  std::string json = R"({"rules":[)";
  for (const Rule& rule : rules) {
    if (json.back() != '[') json.push_back(',');
    json += R"({"rule":)";
    events::append_json_string(json, rule.key);
    json += R"(,"before":)";
    events::append_json_string(json, rule.before);
    json += R"(,"after":)";
    events::append_json_string(json, rule.after);
    json += "}";
  }
  json += R"(],"cases":)" + std::to_string(cases) + R"(,"differences":[)";
  for (const auto& [text, difference] : differences) {
    if (json.back() != '[') json.push_back(',');
    json += R"({"what":)";
    events::append_json_string(json, text);
    json += R"(,"events":)" + std::to_string(difference.events) + R"(,"cases":)" +
            std::to_string(difference.cases.size()) + R"(,"example":)";
    events::append_json_string(json, *difference.cases.begin());
    json += "}";
  }
  return json + "]}";
}

// Adds every recorded case that is pinned to `process`; how many they are.
Result<std::uint64_t> add_cases(const Reading& reading, const std::string& process,
                                Comparison& comparison) {
  projections::ListQuery query;
  query.scope = projections::Scope::all();
  query.sort = projections::ListSort::oldest;
  query.limit = projections::max_page;
  for (std::uint64_t cases = 0;;) {
    const auto page = projections::list(reading.views(), query);
    if (!page) return std::unexpected(to_failure(page.error()));
    for (const auto& row : page->items) {
      const auto state = reading.views().load_state(row.id);
      if (!state) return std::unexpected(to_failure(state.error()));
      if (*state == nullptr || (*state)->process != process) continue;
      if (const auto added = add_case(reading, row.id, comparison); !added)
        return std::unexpected(added.error());
      ++cases;
    }
    query.cursor = page->next;
    if (query.cursor.empty()) return cases;
  }
}

}  // namespace

Done run_process_diff(const Context& context, const DiffArguments& arguments) {
  const auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  const auto definitions = load_processes(*settings);
  if (!definitions) return std::unexpected(definitions.error());
  const auto before = definition_or_file(*definitions, *settings, arguments.before);
  if (!before) return std::unexpected(before.error());
  const auto after = definition_or_file(*definitions, *settings, arguments.after);
  if (!after) return std::unexpected(after.error());
  const auto rules = different_rules(**before, **after);
  if (!context.json) print_rules(rules, **before, **after);

  Comparison comparison(**before, **after);
  std::error_code ignored;
  const bool recorded = std::filesystem::exists(settings->data / "log", ignored);
  // A data folder that was named and is not there is a mistake, not an empty one.
  if (!recorded && context.data.empty() && context.config.empty()) {
    if (context.json) print_line(diff_json(rules, {}, 0));
    return {};
  }
  const auto reading = open_log_reading(context, {});
  if (!reading) return std::unexpected(reading.error());
  const auto cases = add_cases(*reading, (*before)->id(), comparison);
  if (!cases) return std::unexpected(cases.error());
  if (context.json) {
    print_line(diff_json(rules, comparison.differences(), *cases));
  } else {
    print_differences(comparison.differences(), *cases);
  }
  return {};
}

}  // namespace huiyin::cli
