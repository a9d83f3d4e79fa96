#include "engine/definition_check.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "definition_checker.hpp"

namespace huiyin::engine {
namespace {

using events::name_of;

std::string in_quotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

// A command makes no sense without another one in the same definition.
struct Need {
  CommandType command;
  CommandType needs;
  std::string_view why;
};
constexpr std::array needs{
    Need{CommandType::sign, CommandType::hand_off, "nothing is handed off"},
    Need{CommandType::reassign, CommandType::hand_off, "nothing is handed off"},
    Need{CommandType::contact, CommandType::hand_off, "nothing is handed off"},
    Need{CommandType::give_opinion, CommandType::hand_off, "nothing is handed off"},
    Need{CommandType::reply, CommandType::hand_off, "nothing is handed off"},
    Need{CommandType::request_return, CommandType::decide_return, "nobody decides on it"},
    Need{CommandType::decide_return, CommandType::request_return, "nobody asks for it"},
    Need{CommandType::decide_return, CommandType::reassign, "a returned lane would stay without"},
    Need{CommandType::request_extension, CommandType::decide_extension, "nobody decides on it"},
    Need{CommandType::decide_extension, CommandType::request_extension, "nobody asks for it"},
    Need{CommandType::rate, CommandType::reply, "there is no reply to rate"},
    Need{CommandType::order_rehandling, CommandType::rate, "nobody can be dissatisfied"},
    Need{CommandType::revisit, CommandType::reply, "there is no reply to revisit"},
    Need{CommandType::pass_on, CommandType::take_back, "the outlet's answer finds no way back"},
    Need{CommandType::take_back, CommandType::pass_on, "nothing is passed on"},
    Need{CommandType::unmerge, CommandType::merge, "nothing is merged"},
    Need{CommandType::review, CommandType::revise, "what is sent back could not be revised"},
    Need{CommandType::reopen, CommandType::close, "nothing is closed"},
};

// Only what the command brings about can make the guard hold. Guards that hold of themselves (no
// gates, nobody dissatisfied, nobody owed feed-back) are not listed.
struct Source {
  Guard guard;
  CommandType command;
};
constexpr std::array sources{
    Source{Guard::all_signed, CommandType::hand_off},
    Source{Guard::all_replied, CommandType::reply},
    Source{Guard::all_rated, CommandType::rate},
    Source{Guard::all_withdrawn, CommandType::withdraw},
    Source{Guard::last_rung_used, CommandType::order_rehandling},
    Source{Guard::outlet_done, CommandType::take_back},
    Source{Guard::outlet_failed, CommandType::pass_on},
    Source{Guard::solved_by_deed, CommandType::record_deed},
    Source{Guard::sent_back, CommandType::review},
};
constexpr std::array<std::pair<Guard, Guard>, 3> opposites{
    std::pair{Guard::sent_back, Guard::not_sent_back},
    std::pair{Guard::outlet_done, Guard::outlet_failed},
    std::pair{Guard::satisfied, Guard::last_rung_used}};

}  // namespace

bool Checker::gives(CommandType command) const {
  return std::ranges::find(d_.transitions, command, &Transition::command) != d_.transitions.end();
}

const Transition* Checker::first(CommandType command) const {
  const auto found = std::ranges::find(d_.transitions, command, &Transition::command);
  return found == d_.transitions.end() ? nullptr : &*found;
}

void Checker::fail(std::string_view key, std::string message) {
  errors_.push_back({d_.file, 0, std::string(key), std::move(message)});
}

void Checker::fail(const Transition& transition, std::string message) {
  errors_.push_back({transition.file, transition.line, std::string(name_of(transition.command)),
                     std::move(message)});
}

void Checker::fail(const Clock& clock, std::string message) {
  errors_.push_back({clock.file, clock.line, "clock." + clock.name, std::move(message)});
}

void Checker::fail_stage(const std::string& stage, std::string message) {
  DefinitionError error{d_.file, 0, "stage " + stage, std::move(message)};
  for (const Transition& transition : d_.transitions) {
    if (transition.to != stage &&
        std::ranges::find(transition.from, stage) == transition.from.end())
      continue;
    error.file = transition.file;
    error.line = transition.line;
    break;
  }
  errors_.push_back(std::move(error));
}

void Checker::run() {
  if (d_.kinds.empty()) fail("kinds", "at least one kind is needed");
  check_collect();
  for (const Transition& transition : d_.transitions) {
    check_who(transition);
    check_guards(transition);
    check_course(transition);
  }
  check_doubles();
  check_needs();
  check_lists();
  check_stages();
  check_clocks();
}

void Checker::check_collect() {
  const auto collects =
      std::ranges::count(d_.transitions, CommandType::collect, &Transition::command);
  if (collects == 0) fail("", "no transition collects: a case could not begin");
  for (const Transition& transition : d_.transitions) {
    const bool begins = std::ranges::find(transition.from, "") != transition.from.end();
    if (transition.command == CommandType::collect) {
      if (transition.from.size() != 1 || !begins)
        fail(transition, "collect begins a case: leave out from");
      if (transition.to.empty() || transition.once)
        fail(transition, "collect needs to, without once");
    } else if (begins) {
      fail(transition, "only collect begins a case: from names no stage");
    }
  }
}

void Checker::check_who(const Transition& transition) {
  if (transition.by.empty()) fail(transition, "nobody may give it: by is empty");
  for (const Role role : {Role::auditor, Role::integrator, Role::timer}) {
    if (transition.by.has(role)) {
      fail(transition, std::string(name_of(role)) + " never gives commands");
    }
  }
  if (!d_.records_other_systems) return;
  if (!(transition.by == RoleSet{Role::importer})) {
    fail(transition, "with records-other-systems only importers write: by = [\"importer\"]");
  }
}

void Checker::check_guards(const Transition& transition) {
  std::vector<Guard> all = transition.require;
  if (transition.once) all.push_back(*transition.once);
  const auto asks = [&](Guard guard) { return std::ranges::find(all, guard) != all.end(); };
  for (const Guard guard : all) {
    const auto known = std::ranges::find(sources, guard, &Source::guard);
    const bool no_gates =
        guard == Guard::gates_passed && !d_.policy.gates.empty() && !gives(CommandType::review);
    if (no_gates || (known != sources.end() && !gives(known->command))) {
      const CommandType missing = no_gates ? CommandType::review : known->command;
      fail(transition, "guard " + in_quotes(name_of(guard)) +
                           " can never hold: no transition gives " + std::string(name_of(missing)));
    }
  }
  for (const auto& [one, other] : opposites) {
    if (asks(one) && asks(other)) {
      fail(transition, "guards " + in_quotes(name_of(one)) + " and " + in_quotes(name_of(other)) +
                           " never hold together");
    }
  }
}

void Checker::check_course(const Transition& transition) {
  if (transition.once && transition.to.empty()) fail(transition, "once without to decides nothing");
  if (transition.from.empty()) fail(transition, "from names no stage");
  if (transition.command == CommandType::unmerge && !transition.to.empty()) {
    fail(transition, "unmerge returns to where the merge began: leave out to");
  }
  const bool waits =
      transition.command == CommandType::merge || transition.command == CommandType::convert;
  if (waits && transition.to.empty()) fail(transition, "needs a stage to wait in: to");
  if (transition.to.empty() || d_.is_end(transition.to)) return;
  for (const auto& from : transition.from) {
    if (d_.is_end(from) && transition.command != CommandType::reopen) {
      fail(transition, "leads from the end " + in_quotes(from) + " back to " +
                           in_quotes(transition.to) + ": only reopen does that");
    }
  }
}

void Checker::check_doubles() {
  for (std::size_t i = 0; i < d_.transitions.size(); ++i) {
    const Transition& second = d_.transitions[i];
    for (const Transition& first : std::span(d_.transitions).first(i)) {
      if (first.command != second.command) continue;
      const auto both = std::ranges::find_first_of(second.from, first.from);
      if (both == second.from.end()) continue;
      fail(second, "a second transition from stage " + in_quotes(*both) +
                       ", the first is in line " + std::to_string(first.line));
    }
  }
}

void Checker::check_needs() {
  for (const Need& need : needs) {
    const Transition* command = first(need.command);
    if (command != nullptr && !gives(need.needs)) {
      fail(*command,
           std::string(need.why) + ": no transition gives " + std::string(name_of(need.needs)));
    }
  }
}

void Checker::check_lists() {
  const auto needs_list = [&](CommandType command, bool empty, std::string_view what) {
    const Transition* transition = first(command);
    if (transition != nullptr && empty) fail(*transition, "there is no " + std::string(what));
  };
  needs_list(CommandType::reply, d_.scheme.empty(), "scheme of classes: give scheme");
  needs_list(CommandType::reply, d_.classes.empty(), "class to reply with: give [[class]]");
  needs_list(CommandType::reject, d_.reject_codes.empty(), "code to reject with: codes.reject");
  needs_list(CommandType::redirect, d_.redirect_codes.empty(),
             "code to redirect with: codes.redirect");
  needs_list(CommandType::publish, d_.withhold_codes.empty(),
             "code to withhold with: codes.withhold");
  needs_list(CommandType::review, d_.policy.gates.empty(), "gate to review at: policy.gates");
  needs_list(CommandType::order_rehandling, d_.policy.ladder.empty(),
             "rung to handle it again on: policy.ladder");
  if (!d_.policy.gates.empty() && !gives(CommandType::review)) {
    fail("policy", "there are gates, but no transition gives review");
  }
  if (!d_.policy.ladder.empty() && !gives(CommandType::order_rehandling)) {
    fail("policy", "there is a ladder, but no transition gives order-rehandling");
  }
  for (const Behalf& entry : d_.behalf) {
    if (entry.for_whom.has(entry.who)) fail("behalf", "nobody acts on behalf of their own role");
  }
}

void Checker::check_stages() {
  const auto stages = stages_of(d_);
  const auto edges = edges_of(d_);
  if (d_.ends.empty()) {
    fail("ends", "at least one stage is an end");
    return;
  }
  // Forwards from the beginning, and backwards from the ends.
  const auto spread = [&](std::set<std::string> reached, bool forwards) {
    for (bool grew = true; grew;) {
      grew = false;
      for (const StageEdge& edge : edges) {
        const auto& [from, to] =
            forwards ? std::tie(edge.from, edge.to) : std::tie(edge.to, edge.from);
        if (reached.contains(from) && reached.insert(to).second) grew = true;
      }
    }
    return reached;
  };
  const auto reachable = spread({""}, true);
  const auto finite = spread({d_.ends.begin(), d_.ends.end()}, false);
  // Named is where the trouble begins, not every stage that suffers from it.
  const auto roots = [&](const std::set<std::string>& sound, bool forwards) {
    std::vector<std::string> all, first;
    for (const auto& stage : stages) {
      if (sound.contains(stage)) continue;
      all.push_back(stage);
      const bool follows = std::ranges::any_of(edges, [&](const StageEdge& edge) {
        const std::string& own = forwards ? edge.to : edge.from;
        const std::string& other = forwards ? edge.from : edge.to;
        return own == stage && other != stage && !sound.contains(other);
      });
      if (!follows) first.push_back(stage);
    }
    return first.empty() ? all : first;
  };
  for (const auto& stage : roots(reachable, true)) {
    fail_stage(stage, "no way leads to it");
  }
  for (const auto& stage : roots(finite, false)) {
    if (!reachable.contains(stage)) continue;
    fail_stage(stage, "a dead end: no way leads from it to an end");
  }
  for (const CommandType command : {CommandType::merge, CommandType::convert}) {
    const Transition* waits = first(command);
    if (waits != nullptr && std::ranges::find(stages, "replied") == stages.end()) {
      fail(*waits, "the other case's reply comes back to the stage \"replied\", which is missing");
    }
  }
}

std::vector<DefinitionError> check(const Definition& definition) {
  Checker checker(definition);
  checker.run();
  return checker.take();
}

}  // namespace huiyin::engine
