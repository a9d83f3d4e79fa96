// The parts of a definition file that repeat: transitions, clocks, policy.
#include <algorithm>

#include "definition_reader.hpp"

namespace huiyin::engine {
namespace {

constexpr std::string_view every_stage = "*";
constexpr std::string_view every_open_stage = "*open";

constexpr std::array<std::string_view, 2> roll_names{"none", "next-working-day"};

void add_once(std::vector<std::string>& stages, const std::string& stage) {
  if (std::ranges::find(stages, stage) == stages.end()) stages.push_back(stage);
}

bool is_shorthand(std::string_view stage) {
  return stage == every_stage || stage == every_open_stage;
}

// "*" and "*open" stand for stages that other transitions name.
void expand(std::vector<Transition>& transitions, const std::vector<std::string>& ends) {
  std::vector<std::string> stages;
  for (const Transition& transition : transitions) {
    for (const auto& stage : transition.from) {
      if (!stage.empty() && !is_shorthand(stage)) add_once(stages, stage);
    }
    if (!transition.to.empty()) add_once(stages, transition.to);
  }
  for (Transition& transition : transitions) {
    std::vector<std::string> from;
    for (const auto& stage : transition.from) {
      if (!is_shorthand(stage)) {
        add_once(from, stage);
        continue;
      }
      for (const auto& named : stages) {
        const bool ended = std::ranges::find(ends, named) != ends.end();
        if (stage == every_stage || !ended) add_once(from, named);
      }
    }
    transition.from = std::move(from);
  }
}

Transition read_transition(const Table& table) {
  table.only(
      {"command", "from", "to", "once", "by", "require", "start", "stop", "pause", "resume"});
  Transition transition;
  transition.file = table.file();
  transition.line = table.line();
  table.needed_text("command");
  transition.command = table.word<CommandType>("command", "command").value_or(CommandType::collect);
  if (is_internal(transition.command)) {
    table.fail("command", "\"" + std::string(events::name_of(transition.command)) +
                              "\" is the engine's own and open from every stage");
  }
  transition.from = table.texts("from");
  if (!table.has("from")) {
    if (transition.command == CommandType::collect) {
      transition.from = {""};
    } else {
      table.fail("from", "is missing");
    }
  }
  transition.to = table.text("to");
  transition.once = table.word<Guard>("once", "guard");
  transition.by = read_roles(table, "by");
  transition.require = table.words<Guard>("require", "guard");
  transition.start = table.texts("start");
  transition.stop = table.texts("stop");
  transition.pause = table.texts("pause");
  transition.resume = table.texts("resume");
  return transition;
}

std::vector<std::string_view> with_duration(std::vector<std::string_view> keys) {
  keys.insert(keys.end(), duration_keys.begin(), duration_keys.end());
  return keys;
}

// A length without a calendar day: what is added to or taken from a due day.
std::optional<Duration> span(const Table& table, std::string_view key) {
  const auto inner = table.table(key);
  if (!inner) return std::nullopt;
  inner->only({"months", "days", "working_days"});
  return inner->duration();
}

void read_length(const Table& table, Clock& clock) {
  if (const auto after = table.table("after")) {
    after->only(with_duration({}));
    clock.after = after->duration();
  }
  if (const auto before = table.table("before")) {
    before->only({"clock", "months", "days", "working_days"});
    clock.before_clock = before->needed_text("clock");
    clock.before = before->duration();
  }
  clock.commitment = table.flag("commitment", false);
  clock.ladder = table.flag("ladder", false);
  const int lengths = (table.has("after") ? 1 : 0) + (table.has("before") ? 1 : 0) +
                      (clock.commitment ? 1 : 0) + (clock.ladder ? 1 : 0);
  if (lengths != 1) {
    table.fail("", "a clock has exactly one of after, before, commitment = true, ladder = true");
  }
  clock.promised = table.flag("promised", false);
  clock.default_after = span(table, "default_after");
  if (clock.default_after && !clock.commitment) {
    table.fail("default_after", "is for commitment clocks");
  }
  const std::string roll = table.text("roll");
  if (roll == roll_names[1]) {
    clock.roll = Roll::next_working_day;
  } else if (!roll.empty() && roll != roll_names[0]) {
    table.fail("roll", "unknown roll \"" + roll + "\"" +
                           did_you_mean(roll, {roll_names.begin(), roll_names.end()}));
  }
}

void read_extension(const Table& table, Clock& clock, const std::vector<Transition>& transitions) {
  const auto extend = table.table("extend");
  if (!extend) return;
  extend->only({"to", "times", "by"});
  Extension extension;
  if (!extend->has("to")) extend->fail("to", "is missing");
  extension.to = span(*extend, "to").value_or(Months{});
  if (const auto times = extend->number("times", 1, 100))
    extension.times = static_cast<int>(*times);
  clock.extend = extension;
  const auto decides =
      std::ranges::find(transitions, CommandType::decide_extension, &Transition::command);
  if (decides == transitions.end()) {
    extend->fail("", "no transition decides on extensions (decide-extension)");
    return;
  }
  for (const Role role : extend->words<Role>("by", "role")) {
    if (!decides->by.has(role)) {
      extend->fail("by", std::string(events::name_of(role)) +
                             " may not give decide-extension (line " +
                             std::to_string(decides->line) + ")");
    }
  }
}

Clock read_clock(const Table& table, const std::string& name,
                 const std::vector<Transition>& transitions) {
  table.only({"holder", "role", "lanes", "after", "before", "commitment", "ladder", "default_after",
              "promised", "roll", "extend", "warn", "escalate", "unless", "lapses",
              "outlives_end"});
  Clock clock;
  clock.name = name;
  clock.file = table.file();
  clock.line = table.line();
  table.needed_text("holder");
  clock.holder = table.word<Holder>("holder", "holder").value_or(Holder::lane);
  clock.holder_role = table.text("role");
  if ((clock.holder == Holder::role) != !clock.holder_role.empty()) {
    table.fail("role", clock.holder == Holder::role ? "is missing: who owes it?"
                                                    : "is for clocks with holder = \"case\"");
  }
  table.word<Role>("role", "role");
  clock.lanes = table.words<events::LaneRole>("lanes", "kind of lane");
  if (!clock.lanes.empty() && clock.holder != Holder::lane) {
    table.fail("lanes", "is for clocks with holder = \"lane\"");
  }
  read_length(table, clock);
  read_extension(table, clock, transitions);
  for (const Table& entry : table.tables("warn")) {
    entry.only({"before", "colour"});
    if (!entry.has("before")) entry.fail("before", "is missing");
    clock.warn.push_back(
        {span(entry, "before").value_or(Days{}),
         entry.word<events::Colour>("colour", "colour").value_or(events::Colour::yellow)});
  }
  for (const Table& entry : table.tables("escalate")) {
    entry.only({"after", "colour", "to"});
    if (!entry.has("after")) entry.fail("after", "is missing");
    Escalation escalation;
    escalation.after = span(entry, "after").value_or(Days{});
    escalation.colour =
        entry.word<events::Colour>("colour", "colour").value_or(events::Colour::red);
    escalation.to = entry.needed_text("to");
    entry.word<Role>("to", "role");
    clock.escalate.push_back(std::move(escalation));
  }
  clock.unless = table.word<Guard>("unless", "guard");
  clock.lapses = table.flag("lapses", false);
  if (clock.lapses && !(clock.warn.empty() && clock.escalate.empty())) {
    table.fail("lapses", "what lapses neither warns nor escalates");
  }
  clock.outlives_end = table.flag("outlives_end", false);
  return clock;
}

}  // namespace

RoleSet read_roles(const Table& table, std::string_view key) {
  RoleSet roles;
  for (const Role role : table.words<Role>(key, "role")) roles.add(role);
  return roles;
}

std::vector<Transition> read_transitions(const Table& root, const std::vector<std::string>& ends) {
  std::vector<Transition> transitions;
  for (const Table& table : root.tables("transition")) {
    transitions.push_back(read_transition(table));
  }
  expand(transitions, ends);
  return transitions;
}

std::vector<Clock> read_clocks(const Table& root, const std::vector<Transition>& transitions) {
  std::vector<Clock> clocks;
  const auto named = root.table("clock");
  if (!named) return clocks;
  for (const std::string& name : named->keys()) {
    if (const auto table = named->table(name)) {
      clocks.push_back(read_clock(*table, name, transitions));
    }
  }
  return clocks;
}

Policy read_policy(const Table& root) {
  Policy policy;
  const auto table = root.table("policy");
  if (!table) return policy;
  table->only({"raters", "result", "none_counts", "late_return", "reply_from", "withdrawal",
               "reply_to", "gates", "ladder"});
  policy.raters = table->word<Raters>("raters", "rule of who rates").value_or(policy.raters);
  policy.result = table->word<ResultRule>("result", "result rule").value_or(policy.result);
  policy.none_counts = table->flag("none_counts", policy.none_counts);
  policy.late_return = table->flag("late_return", policy.late_return);
  policy.reply_from = table->word<ReplyFrom>("reply_from", "start").value_or(policy.reply_from);
  policy.withdrawal =
      table->word<Withdrawal>("withdrawal", "withdrawal rule").value_or(policy.withdrawal);
  policy.reply_to = table->words<events::ReplyTo>("reply_to", "way to reply");
  policy.gates = table->texts("gates");
  constexpr std::array<std::string_view, 4> forms{"reply", "face-to-face", "committee-meeting",
                                                  "expert-evaluation"};
  for (const Table& entry : table->tables("ladder")) {
    entry.only({"form", "superior", "within"});
    Rung rung;
    rung.form = entry.needed_text("form");
    if (std::ranges::find(forms, rung.form) == forms.end()) {
      entry.fail("form", "unknown form \"" + rung.form + "\"" +
                             did_you_mean(rung.form, {forms.begin(), forms.end()}));
    }
    rung.superior = entry.flag("superior", false);
    if (!entry.has("within")) entry.fail("within", "is missing");
    rung.within = span(entry, "within").value_or(Months{1});
    policy.ladder.push_back(std::move(rung));
  }
  return policy;
}

}  // namespace huiyin::engine
