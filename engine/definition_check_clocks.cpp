// Whether a definition's clocks start, stop and mean something.
#include <algorithm>
#include <array>

#include "definition_checker.hpp"

namespace huiyin::engine {
namespace {

using events::name_of;

struct List {
  std::string_view name;
  std::vector<std::string> Transition::* clocks;
};
constexpr std::array<List, 4> lists{
    List{"start", &Transition::start}, List{"stop", &Transition::stop},
    List{"pause", &Transition::pause}, List{"resume", &Transition::resume}};

bool names_clock(const std::vector<std::string>& list, std::string_view clock) {
  return std::ranges::find(list, clock) != list.end();
}

}  // namespace

void Checker::check_clocks() {
  check_names_of_clocks();
  for (const Clock& clock : d_.clocks) {
    check_use(clock);
    check_anchor(clock);
    for (const Transition& transition : d_.transitions) {
      if (names_clock(transition.start, clock.name)) check_start(clock, transition);
    }
  }
  const Transition* decides = first(CommandType::decide_extension);
  const bool extends =
      std::ranges::any_of(d_.clocks, [](const Clock& clock) { return clock.extend.has_value(); });
  if (decides != nullptr && !extends) fail(*decides, "no clock has extend");
  const bool promises = std::ranges::any_of(d_.classes, [](const ReplyClass& reply_class) {
    return events::promises(reply_class.meaning);
  });
  const bool kept = std::ranges::any_of(d_.clocks, &Clock::commitment);
  if (promises && !kept && gives(CommandType::reply)) {
    fail("class", "a class promises something, but no clock has commitment = true");
  }
}

void Checker::check_names_of_clocks() {
  for (const Transition& transition : d_.transitions) {
    for (const List& list : lists) {
      for (const auto& name : transition.*list.clocks) {
        if (d_.find_clock(name) == nullptr) {
          fail(transition, std::string(list.name) + " names an unknown clock \"" + name + "\"");
        }
      }
    }
  }
}

void Checker::check_use(const Clock& clock) {
  std::array<bool, lists.size()> used{};
  for (const Transition& transition : d_.transitions) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      used[i] = used[i] || names_clock(transition.*lists[i].clocks, clock.name);
    }
  }
  if (!used[0]) fail(clock, "nothing starts this clock");
  if (!used[1]) fail(clock, "nothing stops this clock");
  if (used[2] != used[3]) {
    fail(clock,
         used[2] ? "it is paused, but nothing resumes it" : "it is resumed, but nothing pauses it");
  }
  if (clock.ladder && (clock.holder != Holder::lane || d_.policy.ladder.empty())) {
    fail(clock, "ladder = true needs holder = \"lane\" and a policy.ladder");
  }
  if (clock.commitment && clock.holder != Holder::lane) {
    fail(clock, "commitment = true needs holder = \"lane\"");
  }
  if (clock.promised && clock.holder != Holder::lane) {
    fail(clock, "promised = true needs holder = \"lane\"");
  }
  if (clock.extend && clock.holder != Holder::lane) {
    fail(clock, "only clocks with holder = \"lane\" are extended");
  }
  if (clock.extend && !clock.after) {
    fail(clock, "only clocks with after are extended");
  }
  if (clock.holder == Holder::role) {
    const auto role = events::parse_enum<Role>(clock.holder_role);
    if (role == Role::auditor || role == Role::integrator || role == Role::timer) {
      fail(clock, clock.holder_role + " never gives commands, so owes nothing");
    }
  }
}

void Checker::check_start(const Clock& clock, const Transition& transition) {
  const CommandType command = transition.command;
  const std::string what = "starts the clock \"" + clock.name + "\", ";
  if (clock.holder == Holder::lane && !concerns_lane(command)) {
    fail(transition, what + "which is a lane's, but concerns no lane");
  }
  const bool after_reply = command == CommandType::reply || command == CommandType::revisit ||
                           command == CommandType::reopen;
  if (clock.holder == Holder::rater && !after_reply) {
    fail(transition, what + "which is a rater's: only reply, revisit and reopen do");
  }
  if ((clock.commitment || clock.promised) && !after_reply) {
    fail(transition, what + "a commitment: only reply, revisit and reopen make one");
  }
  if (clock.ladder && command != CommandType::order_rehandling &&
      command != CommandType::reassign) {
    fail(transition, what + "the ladder's: only order-rehandling and reassign do");
  }
  const bool ends = !transition.to.empty() && !transition.once && d_.is_end(transition.to);
  if (ends && !clock.outlives_end) {
    fail(transition, what + "which the end \"" + transition.to + "\" cancels at once");
  }
}

void Checker::check_anchor(const Clock& clock) {
  if (!clock.before) return;
  const Clock* anchor = d_.find_clock(clock.before_clock);
  if (anchor == nullptr) {
    fail(clock, "before names an unknown clock \"" + clock.before_clock + "\"");
    return;
  }
  if (anchor->before) {
    fail(clock, "before names \"" + anchor->name + "\", which itself depends on another clock");
  }
  const auto runs_beside = [&](events::LaneRole role) {
    return anchor->lanes.empty() || std::ranges::find(anchor->lanes, role) != anchor->lanes.end();
  };
  constexpr auto every_lane = names(events::LaneRole{});
  bool beside = anchor->holder == Holder::role;
  if (anchor->holder == Holder::lane && clock.holder != Holder::role) {
    beside = clock.lanes.empty()
                 ? anchor->lanes.empty() || anchor->lanes.size() == every_lane.size()
                 : std::ranges::all_of(clock.lanes, runs_beside);
  }
  if (!beside) {
    fail(clock, "before names \"" + anchor->name +
                    "\", which does not run for every holder of this clock");
  }
}

}  // namespace huiyin::engine
