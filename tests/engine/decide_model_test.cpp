// Random commands from every role against every shipped definition. For each step: what `allowed`
// lists is accepted with a good body, what it does not list is refused, and the invariants of
// DESIGN.md section 6 hold. The seed is printed; HUIYIN_SEED repeats a run, HUIYIN_STEPS lengthens
// it.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <set>

#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"
#include "model/actors.hpp"
#include "model/good_body.hpp"
#include "model/world.hpp"

namespace huiyin {
namespace {

using engine::Command;
using engine::CommandType;
using model::World;
using projections::CaseState;

const engine::Definitions& shipped() {
  static const engine::Definitions loaded = [] {
    const std::string root = std::string(HUIYIN_SOURCE_DIR) + "/config/";
    auto definitions = engine::load_definitions(root + "processes", root + "calendars");
    if (!definitions) throw std::runtime_error(engine::to_text(definitions.error().front()));
    return std::move(*definitions);
  }();
  return loaded;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// What must be so of any case at any time.
void check_invariants(const CaseState& state, const engine::Definition& definition) {
  for (const auto& lane : state.lanes) {
    // S4-14
    for (const auto& proposer : state.proposers) ASSERT_NE(lane.organ, proposer.deputy);
    ASSERT_NE(lane.organ, "off-1");
  }
  if (state.ended) {
    ASSERT_TRUE(definition.is_end(state.stage));
    // S0-31, S2-8: nothing that ended owes a citizen feed-back.
    if (!definition.records_other_systems) {
      ASSERT_FALSE(projections::owes_feedback(state)) << state.id << " " << state.stage;
    }
    for (const auto& clock : state.clocks) {
      const auto* defined = definition.find_clock(clock.key.clock);
      const bool at_reopening = defined != nullptr && !defined->outlives_end;
      ASSERT_FALSE(at_reopening) << clock.key.clock << " runs on in " << state.stage;
    }
  }
  if (state.stage == "archived") ASSERT_TRUE(state.clocks.empty());
  // S4-19
  if (state.end_event == "closed" && state.ended && !definition.records_other_systems &&
      !state.proposers.empty()) {
    ASSERT_TRUE(state.days.replied.has_value()) << "closed without a reply";
  }
  for (const auto& rating : state.ratings) {
    const auto* lane = projections::find_lane(state, rating.lane);
    ASSERT_NE(lane, nullptr);
    ASSERT_LE(rating.round, lane->round);
  }
  for (const auto& clock : state.clocks) {
    ASSERT_TRUE(std::ranges::is_sorted(clock.thresholds, {}, &events::Threshold::at));
    ASSERT_EQ(std::ranges::count(state.clocks, clock.key, &projections::ClockInstance::key), 1);
  }
  std::vector<std::string> deputies;
  deputies.reserve(state.proposers.size());
  for (const auto& proposer : state.proposers) deputies.push_back(proposer.deputy);
  std::ranges::sort(deputies);
  ASSERT_TRUE(std::ranges::adjacent_find(deputies) == deputies.end()) << "a deputy twice";
}

class ModelRun {
 public:
  explicit ModelRun(std::uint64_t seed) : world_(shipped(), seed) {
    world_.now = *events::parse_instant("2023-03-01T01:00:00Z");
  }

  void step() {
    world_.now += std::chrono::minutes(1 + pick(3 * 24 * 60));
    if (pick(100) < 30) world_.follow_up();
    if (live_.size() < 12 || pick(100) < 4) return collect();
    const std::string id = live_[pick(live_.size())];
    world_.fire(id, world_.now);
    for (int attempt = 0; attempt < 4; ++attempt) {
      const engine::Actor& actor = model::actors()[pick(model::actors().size())];
      if (pick(60) == 0) check_all(id, actor);
      if (act(id, actor)) break;
    }
    if (pick(100) < 2) std::erase(live_, id);
  }

  std::uint64_t accepted = 0, refused = 0;
  std::set<std::pair<std::string, CommandType>> seen;
  World& world() { return world_; }

 private:
  std::size_t pick(std::size_t bound) { return world_.random()() % bound; }

  Command command_of(const std::string& id, const engine::Actor& actor, CommandType type) {
    const CaseState& state = world_.cases[id];
    const auto* definition = shipped().find(state.process);
    Command command;
    command.case_id = id;
    command.actor = actor;
    const model::Wish wish{shipped(),
                           *definition,
                           state,
                           actor,
                           world_.now,
                           world_.random(),
                           live_[pick(live_.size())]};
    command.body = model::good_body(wish, type);
    if (auto* merge = std::get_if<events::Merged>(&command.body);
        merge != nullptr && merge->into == id) {
      merge->into = "no-such-case";
    }
    if (type == CommandType::correct)
      command.corrects = engine::CorrectedEvent{"collected", state.collected_at};
    return command;
  }

  void collect() {
    // A process first, then one of its profiles, so that the one with many gets no more cases.
    std::vector<std::vector<const engine::Definition*>> processes;
    for (const auto& one : shipped().all()) {
      const auto known = std::ranges::find_if(processes, [&](const auto& profiles) {
        return profiles.front()->process() == one->process();
      });
      (known == processes.end() ? processes.emplace_back() : *known).push_back(one.get());
    }
    const auto& profiles = processes[pick(processes.size())];
    const engine::Definition& definition = *profiles[pick(profiles.size())];
    const engine::Actor& actor = model::actors()[pick(model::actors().size())];
    Command command;
    command.case_id = "case-" + std::to_string(++last_id_);
    command.actor = actor;
    command.process = definition.name;
    command.body = model::new_case(world_.random(), definition.kinds.front(), actor);
    const auto* transition = definition.find(CommandType::collect, "");
    ASSERT_NE(transition, nullptr);
    const bool may = transition->by.has(actor.role) &&
                     (!definition.records_other_systems || actor.role == engine::Role::importer);
    const auto decision = world_.give(command);
    ASSERT_EQ(decision.has_value(), may) << definition.id() << " " << events::name_of(actor.role)
                                         << (decision ? "" : decision.error().detail);
    if (decision) live_.push_back(command.case_id);
  }

  // Every command at once, without carrying any out: accepted exactly when listed.
  void check_all(const std::string& id, const engine::Actor& actor) {
    const CaseState& state = world_.cases[id];
    const auto open = engine::allowed(shipped(), state, actor, "", world_.now);
    for (std::size_t i = 0; i < engine::command_count; ++i) {
      const auto type = static_cast<CommandType>(i);
      if (engine::is_internal(type) || type == CommandType::collect) continue;
      const bool listed = std::ranges::find(open, type) != open.end();
      if (!listed && !could_build(state, type)) continue;
      const Command command = command_of(id, actor, type);
      const auto decision = engine::decide(shipped(), state, command, world_.now);
      ASSERT_EQ(decision.has_value(), listed)
          << state.process << " " << state.stage << " " << events::name_of(actor.role) << " "
          << events::name_of(type) << ": "
          << (decision ? "accepted" : decision.error().rule + " " + decision.error().detail);
      if (!decision) {
        ASSERT_EQ(decision.error().allowed, open);
        ASSERT_FALSE(decision.error().rule.empty());
      }
    }
  }

  static bool leads_nowhere(CommandType type) {
    using enum CommandType;
    constexpr std::array idle{annotate,          correct, supervise, urge,   mark_key, revise,
                              assign_supervisor, cosign,  withdraw,  reject, migrate};
    return std::ranges::find(idle, type) != idle.end();
  }

  // Where the state lacks what a body is made of, no user could send one either.
  static bool could_build(const CaseState& state, CommandType type) {
    const auto* definition = shipped().find(state.process);
    if (type == CommandType::contact) return !state.proposers.empty();
    if (type == CommandType::review)
      return state.gates_passed.size() < definition->policy.gates.size();
    if (type == CommandType::redirect) return !definition->redirect_codes.empty();
    if (type == CommandType::reject) return !definition->reject_codes.empty();
    if (type == CommandType::reply || type == CommandType::revisit)
      return !definition->classes.empty();
    return true;
  }

  bool act(const std::string& id, const engine::Actor& actor) {
    const auto open = engine::allowed(shipped(), world_.cases[id], actor, "", world_.now);
    if (open.empty()) return false;
    CommandType type = open[pick(open.size())];
    // Most commands that are always open lead nowhere: draw again, so that cases get on.
    for (int again = 0; again < 4 && leads_nowhere(type); ++again) type = open[pick(open.size())];
    if (leads_nowhere(type) && pick(10) != 0) return false;
    const Command command = command_of(id, actor, type);
    const std::uint32_t before = world_.cases[id].version;
    const auto decision = world_.give(command);
    EXPECT_TRUE(decision.has_value())
        << events::name_of(type) << " by " << actor.id << " in " << world_.cases[id].stage << ": "
        << decision.error().rule << " " << decision.error().detail;
    if (!decision) return true;
    const CaseState& after = world_.cases[id];
    EXPECT_EQ(after.version, before + decision->events.size());
    check_invariants(after, *shipped().find(after.process));
    seen.emplace(after.process, type);
    ++accepted;
    return true;
  }

  World world_;
  std::vector<std::string> live_;
  std::uint64_t last_id_ = 0;
};

TEST(DecideModel, AllowedIsTrueAndInvariantsHold) {
  const std::uint64_t seed = from_environment("HUIYIN_SEED", std::random_device{}());
  const std::uint64_t steps = from_environment("HUIYIN_STEPS", 200'000);
  std::cout << "seed " << seed << ", " << steps << " steps\n";
  ModelRun run(seed);
  for (std::uint64_t i = 0; i < steps; ++i) {
    run.step();
    if (testing::Test::HasFatalFailure() || testing::Test::HasNonfatalFailure()) {
      FAIL() << "at step " << i << ", seed " << seed;
    }
  }
  std::cout << run.accepted << " commands accepted, " << run.world().events << " events, "
            << run.world().timer_events << " of them by timers, " << run.seen.size()
            << " commands by process\n";
  EXPECT_GT(run.seen.size(), 90U) << "the run did not reach enough of the processes";
}

TEST(DecideModel, SameSeedSameHistory) {
  std::map<std::string, CaseState> first;
  for (int round = 0; round < 2; ++round) {
    ModelRun run(42);
    for (int i = 0; i < 2'000; ++i) run.step();
    if (round == 0) {
      first = run.world().cases;
    } else {
      EXPECT_EQ(first, run.world().cases);
    }
  }
}

}  // namespace
}  // namespace huiyin
