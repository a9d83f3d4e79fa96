#include "clocks.hpp"

#include <algorithm>

#include "guards.hpp"
#include "ratings.hpp"

namespace huiyin::engine {
namespace {

using events::ClockAction;
using events::ClockChange;
using events::ClockKey;
using events::Colour;
using events::Threshold;
using events::ThresholdKind;

constexpr std::chrono::milliseconds one_ms{1};

// After those of the same instant: the order of the definition.
void insert_in_order(std::vector<Threshold>& thresholds, Threshold fresh) {
  const auto place = std::ranges::upper_bound(thresholds, fresh.at, {}, &Threshold::at);
  thresholds.insert(place, std::move(fresh));
}

// Warnings before the due day, then the miss, then escalations. What lies at or before the start is
// left out: a clock shorter than its warning has nothing to warn of in advance.
std::vector<Threshold> thresholds_of(const Definition& d, const Clock& clock, Date due,
                                     Instant started) {
  std::vector<Threshold> out;
  if (clock.lapses) return out;  // a right: nobody is ever late with it
  for (const Warning& warning : clock.warn) {
    const Instant at = d.zone.start_of_day(before(d.calendar, due, warning.before).date);
    if (at > started) insert_in_order(out, {ThresholdKind::warn, at, warning.colour, ""});
  }
  const Instant missed = d.zone.end_of_day(due) + one_ms;
  insert_in_order(out, {ThresholdKind::miss, missed, Colour::red, ""});
  for (const Escalation& escalation : clock.escalate) {
    const Date day = after(d.calendar, due, escalation.after, Roll::none).date;
    const Instant at = std::max(missed, d.zone.end_of_day(day) + one_ms);
    insert_in_order(out, {ThresholdKind::escalate, at, escalation.colour, escalation.to});
  }
  return out;
}

struct Base {
  Date day;
  Instant at;
  std::optional<Date> commitment;
  std::optional<Instant> anchor_due;  // of the clock that this one must end before
};

// Nothing where the clock cannot be computed: no commitment date and no default.
std::optional<DueDate> due_of(const Definition& d, const Clock& clock, const Base& base,
                              const std::optional<Duration>& ladder) {
  if (clock.commitment) {
    if (base.commitment) return DueDate{*base.commitment, false, d.calendar.version()};
    if (clock.default_after) return after(d.calendar, base.day, *clock.default_after, clock.roll);
    return std::nullopt;
  }
  if (clock.before) {
    if (!base.anchor_due) return std::nullopt;
    return before(d.calendar, d.zone.local_day(*base.anchor_due), *clock.before);
  }
  if (clock.after) return after(d.calendar, base.day, *clock.after, clock.roll);
  if (clock.ladder && ladder) return after(d.calendar, base.day, *ladder, clock.roll);
  return std::nullopt;
}

void set_due(ClockChange& change, const Definition& d, const Clock& clock, const DueDate& due,
             Instant started) {
  change.due = d.zone.end_of_day(due.date);
  change.provisional = due.provisional;
  change.calendar = due.calendar_version;
  change.thresholds = thresholds_of(d, clock, due.date, started);
}

std::optional<Duration> ladder_step(const Definition& d, const Lane* lane) {
  if (lane == nullptr || lane->rung == 0 || lane->rung > d.policy.ladder.size())
    return std::nullopt;
  return d.policy.ladder[lane->rung - 1U].within;
}

class Planner {
 public:
  Planner(const Context& context, const Draft& draft, const CaseState& after, bool moved)
      : c_(context), draft_(draft), after_(after), moved_(moved), changes_(draft.clocks) {}

  void stop(const std::string& name, ClockAction action) {
    for (const ClockInstance& running : c_.state.clocks) {
      if (running.key.clock != name || !concerns(running.key)) continue;
      if (action == ClockAction::pause && running.paused) continue;
      if (action == ClockAction::resume) {
        if (running.paused) resume(running);
        continue;
      }
      changes_.push_back({.key = running.key, .action = action});
    }
  }

  void start(const std::string& name) {
    const Clock* clock = c_.definition.find_clock(name);
    if (clock == nullptr) return;
    if (clock->unless && holds(*clock->unless, c_.definition, after_)) return;
    // The case's own clocks wait until it moves: until the last lane has replied, say.
    if (clock->holder == Holder::role && c_.transition.once && !moved_) return;
    switch (clock->holder) {
      case Holder::role:
        start_one(*clock, ClockKey{name, 0, "", after_.reopenings}, clock->holder_role, nullptr);
        break;
      case Holder::lane:
        for (const std::uint16_t number : draft_.lanes) {
          const Lane* lane = projections::find_lane(after_, number);
          if (lane == nullptr || !filtered_in(*clock, *lane)) continue;
          start_one(*clock, ClockKey{name, number, "", lane->round}, lane->organ, lane);
        }
        break;
      case Holder::rater:
        for (const std::uint16_t number : draft_.lanes) {
          const Lane* lane = projections::find_lane(after_, number);
          if (lane == nullptr) continue;
          for (const std::string& deputy : raters(c_.definition.policy, after_)) {
            start_one(*clock, ClockKey{name, number, deputy, lane->round}, deputy, lane);
          }
        }
        break;
    }
  }

  // The case that this one waited for has answered: what was paused goes on where the case goes
  // back, and falls away where the other's reply came.
  void end_wait(bool answered) {
    for (const ClockInstance& running : c_.state.clocks) {
      if (!running.paused) continue;
      if (answered) {
        changes_.push_back({.key = running.key, .action = ClockAction::cancel});
      } else {
        resume(running);
      }
    }
  }

  void cancel_lane(std::uint16_t lane) {
    cancel_if([&](const ClockKey& key) { return key.lane == lane; });
  }

  void cancel_at_end() {
    std::erase_if(changes_, [&](const ClockChange& change) {
      return change.action == ClockAction::start && !outlives(change.key.clock);
    });
    cancel_if([&](const ClockKey& key) { return !outlives(key.clock); });
  }

  std::vector<ClockChange> take() { return std::move(changes_); }

 private:
  static bool filtered_in(const Clock& clock, const Lane& lane) {
    return clock.lanes.empty() || std::ranges::find(clock.lanes, lane.role) != clock.lanes.end();
  }
  bool outlives(const std::string& name) const {
    const Clock* clock = c_.definition.find_clock(name);
    return clock != nullptr && clock->outlives_end;
  }
  bool concerns(const ClockKey& key) const {
    if (draft_.lanes.empty() || key.lane == 0) return true;
    if (std::ranges::find(draft_.lanes, key.lane) == draft_.lanes.end()) return false;
    return draft_.deputy.empty() || key.deputy.empty() || key.deputy == draft_.deputy;
  }
  template <class Predicate>
  void cancel_if(Predicate predicate) {
    for (const ClockInstance& running : c_.state.clocks) {
      const bool touched = std::ranges::any_of(changes_, [&](const ClockChange& change) {
        return change.key == running.key && change.action != ClockAction::pause;
      });
      if (!touched && predicate(running.key)) {
        changes_.push_back({.key = running.key, .action = ClockAction::cancel});
      }
    }
  }

  std::optional<Instant> anchor(const Clock& clock, const ClockKey& key) const {
    for (const ClockChange& change : changes_) {
      if (change.action == ClockAction::start && change.key.clock == clock.before_clock &&
          (change.key.lane == key.lane || change.key.lane == 0)) {
        return change.due;
      }
    }
    for (const ClockInstance& running : c_.state.clocks) {
      if (running.key.clock == clock.before_clock &&
          (running.key.lane == key.lane || running.key.lane == 0)) {
        return running.due;
      }
    }
    return std::nullopt;
  }

  void start_one(const Clock& clock, ClockKey key, std::string holder, const Lane* lane) {
    Base base{c_.day, c_.at, lane != nullptr ? lane->commitment : std::nullopt, anchor(clock, key)};
    if (c_.command.type() == CommandType::reassign && clock.name == "reply" &&
        c_.definition.policy.reply_from == ReplyFrom::first_hand_off && !c_.state.lanes.empty()) {
      base.day = c_.definition.zone.local_day(c_.state.lanes.front().handed_off);
    }
    if ((clock.commitment || clock.promised) && lane != nullptr &&
        (!lane->meaning || !events::promises(*lane->meaning)))
      return;
    const auto due = due_of(c_.definition, clock, base, ladder_step(c_.definition, lane));
    if (!due) return;
    ClockChange change{
        .key = std::move(key), .action = ClockAction::start, .holder = std::move(holder)};
    set_due(change, c_.definition, clock, *due, c_.at);
    changes_.push_back(std::move(change));
  }

  void resume(const ClockInstance& running) {
    const Definition& d = c_.definition;
    const Clock* clock = d.find_clock(running.key.clock);
    if (clock == nullptr) return;
    const CountUnit unit = clock->after ? count_unit(*clock->after) : CountUnit::days;
    const Remaining left = remaining(d.calendar, unit, d.zone.local_day(*running.paused),
                                     d.zone.local_day(running.due));
    ClockChange change{.key = running.key, .action = ClockAction::resume};
    set_due(change, d, *clock, engine::resume(d.calendar, left, c_.day, clock->roll), c_.at);
    changes_.push_back(std::move(change));
  }

  const Context& c_;
  const Draft& draft_;
  const CaseState& after_;
  bool moved_;
  std::vector<ClockChange> changes_;
};

// A decision that refuses starts nothing.
bool refuses(const CaseEventBody& body) {
  if (const auto* decided = std::get_if<events::ReturnDecided>(&body)) return !decided->granted;
  if (const auto* decided = std::get_if<events::ExtensionDecided>(&body)) return !decided->granted;
  return false;
}

}  // namespace

std::vector<ClockChange> plan_clocks(const Context& context, const Draft& draft,
                                     const CaseState& after, bool moved, bool ends) {
  Planner planner(context, draft, after, moved);
  const Transition& t = context.transition;
  for (const auto& name : t.stop) planner.stop(name, ClockAction::stop);
  for (const auto& name : t.pause) planner.stop(name, ClockAction::pause);
  for (const auto& name : t.resume) planner.stop(name, ClockAction::resume);
  if (!refuses(draft.body)) {
    for (const auto& name : t.start) planner.start(name);
  }
  if (context.command.type() == CommandType::settle && draft.stage) {
    planner.end_wait(*draft.stage == "replied");
  }
  for (const auto lane : draft.ended_lanes) planner.cancel_lane(lane);
  if (ends) planner.cancel_at_end();
  return planner.take();
}

std::optional<ClockChange> plan_extension(const Context& c, const Lane& lane) {
  const Definition& d = c.definition;
  for (const ClockInstance& running : c.state.clocks) {
    const Clock* clock = d.find_clock(running.key.clock);
    if (running.key.lane != lane.lane || clock == nullptr || !clock->extend) continue;
    if (running.extensions >= clock->extend->times) continue;
    const DueDate due =
        after(d.calendar, d.zone.local_day(running.started), clock->extend->to, clock->roll);
    ClockChange change{.key = running.key, .action = ClockAction::extend};
    set_due(change, d, *clock, due, c.at);
    return change;
  }
  return std::nullopt;
}

std::vector<ClockChange> plan_reschedule(const Definition& d, const CaseState& state,
                                         std::optional<Instant> only_started,
                                         std::optional<Instant> from) {
  std::vector<ClockChange> out;
  for (const ClockInstance& running : state.clocks) {
    const Clock* clock = d.find_clock(running.key.clock);
    if (clock == nullptr || running.paused || (only_started && running.started != *only_started))
      continue;
    const Lane* lane = projections::find_lane(state, running.key.lane);
    const Instant started = from.value_or(running.started);
    Base base{
        d.zone.local_day(started), started, lane != nullptr ? lane->commitment : std::nullopt, {}};
    for (const ClockInstance& other : state.clocks) {
      if (other.key.clock == clock->before_clock && other.key.lane == running.key.lane)
        base.anchor_due = other.due;
    }
    auto due = due_of(d, *clock, base, ladder_step(d, lane));
    if (running.extensions > 0 && clock->extend) {
      due = after(d.calendar, base.day, clock->extend->to, clock->roll);
    }
    if (!due) continue;
    if (!from && d.zone.end_of_day(due->date) == running.due &&
        due->provisional == running.provisional)
      continue;
    ClockChange change{.key = running.key, .action = ClockAction::reschedule};
    set_due(change, d, *clock, *due, started);
    if (from) change.started = started;
    // Confirmed as it was: what has fired stays fired.
    if (*change.due == running.due) change.thresholds = running.thresholds;
    out.push_back(std::move(change));
  }
  return out;
}

}  // namespace huiyin::engine
