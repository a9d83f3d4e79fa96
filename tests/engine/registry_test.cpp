// The registry from command to duty: rules and their mistakes, random commands through the real
// processor, and what is stored beside a count of our own.
#include <fstream>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "engine/duty_board.hpp"
#include "engine/registry_kind.hpp"
#include "support/fixed_ids.hpp"
#include "support/memory_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono;
using events::SubjectKind;
using test::TempDir;

const std::filesystem::path shipped_folder = HUIYIN_SOURCE_DIR "/config/registry";

const RegistryRules& shipped() {
  static const RegistryRules rules = *load_registry_rules(shipped_folder);
  return rules;
}

std::string mistake_in(const std::string& file, const std::string& text) {
  const TempDir folder;
  std::filesystem::copy(shipped_folder, folder.path(), std::filesystem::copy_options::recursive);
  std::ofstream(folder.path() / file) << text;
  const auto rules = load_registry_rules(folder.path());
  return rules ? std::string() : to_text(rules.error().front());
}

TEST(RegistryRules, ShippedOnesSayWhatX2Asks) {
  EXPECT_GE(shipped().duties.size(), 19U);
  std::set<std::string> rules;
  for (const Duty& duty : shipped().duties) rules.insert(duty.rule);
  for (const char* rule : {"S0-12", "S0-24", "S0-25", "S0-27", "S0-35", "S1-17", "S1-20", "S1-21",
                           "S1-27", "S2-24", "S2-27", "S2-28", "S3-24", "S3-27", "S3-46", "S4-11"})
    EXPECT_TRUE(rules.contains(rule)) << rule;
}

TEST(RegistryRules, MistakesAreNamedWithTheirLine) {
  const std::string duty =
      "[[duty]]\nid = \"d\"\nname = \"n\"\nsubject = \"deputy\"\nperiod = \"month\"\n";
  EXPECT_EQ(
      mistake_in("duties.toml", duty + "count = [{ form = \"sauna\", part = \"attended\" }]\n"),
      "duties.toml:6: duty[0].count[0].form: no such form of activity: \"sauna\"");
  EXPECT_EQ(mistake_in("duties.toml", duty), "duties.toml:1: duty[0].count: something must count");
  EXPECT_NE(mistake_in("duties.toml", duty + "perriod = 1\n").find("perriod"), std::string::npos);
  EXPECT_NE(mistake_in("registry.toml", "[by]\nplanet = {}\n").find("planet"), std::string::npos);
  EXPECT_NE(mistake_in("registry.toml", "[by]\norgan = { \"*\" = [\"wizard\"] }\n").find("wizard"),
            std::string::npos);
  EXPECT_EQ(
      mistake_in("duties.toml", "[[duty"),
      "duties.toml:1: " + std::string("Error while parsing table header: encountered end-of-file"));
}

TEST(DutyPeriods, HaveTheirDaysAndNames) {
  const Date day = 2024y / February / 29;
  const auto is = [&](DutyPeriod kind, Date from, Date to, const char* label) {
    const PeriodDays period = period_of(kind, day);
    EXPECT_EQ(period, (PeriodDays{from, to, label}));
  };
  is(DutyPeriod::week, 2024y / February / 26, 2024y / March / 3, "2024-W09");
  is(DutyPeriod::month, 2024y / February / 1, day, "2024-02");
  is(DutyPeriod::quarter, 2024y / January / 1, 2024y / March / 31, "2024-Q1");
  is(DutyPeriod::year, 2024y / January / 1, 2024y / December / 31, "2024");
  // ISO 8601: the last days of December may be the next year's first week, and the other way round.
  EXPECT_EQ(period_of(DutyPeriod::week, 2024y / December / 31).label, "2025-W01");
  EXPECT_EQ(period_of(DutyPeriod::week, 2021y / January / 3).label, "2020-W53");
}

// A small world, changed at random through the processor.
struct World {
  explicit World(unsigned seed) : random(seed) {
    auto started = RegistryProcessor::start(log, *store, shipped(), ids, {.source = "/test"});
    EXPECT_TRUE(started) << started.error();
    processor = std::move(*started);
    give("region", events::RegionAdded{"市", events::RegionKind::city, ""});
    for (std::size_t i = 0; i < 3; ++i) {
      give("region-" + number(i),
           events::RegionAdded{"区" + number(i), events::RegionKind::county, "region"});
    }
    give("congress", events::CongressEstablished{"人大", events::Level::county, "region"});
    give("congress", events::TermOpened{6, 2021y / November / 1, 2026y / October / 31});
  }

  // Whether it was accepted. Its occurred_at goes on by some hours each time.
  bool give(const std::string& subject, events::RegistryEventBody body) {
    RegistryCommand command;
    command.body = std::move(body);
    command.id = ids.fresh_id();
    command.case_id = subject;
    command.actor = {"test", Role::importer, "", "", ""};
    command.occurred_at = now += hours{1};
    EXPECT_TRUE(store->wait_applied({0, log.end(0)}, steady_clock::now() + seconds{10}));
    look_up(command, *store);
    const Answer answer = processor->execute(std::move(command));
    EXPECT_FALSE(std::holds_alternative<RuntimeError>(answer))
        << std::get<RuntimeError>(answer).detail;
    return std::holds_alternative<Outcome>(answer);
  }

  Date day() const { return shipped().zone->local_day(now); }
  std::size_t pick(std::size_t below) { return random() % below; }
  std::string any(const char* of, std::size_t count) { return of + number(pick(count)); }
  static std::string number(std::size_t n) { return std::to_string(n); }

  void step(std::size_t n) {
    const std::string deputy = any("deputy-", 12), station = any("station-", 4),
                      group = any("group-", 3), region = any("region-", 3);
    switch (pick(13)) {
      case 0:
        give(deputy, events::DeputyRegistered{"代表", region, "", "", "", "", "", pick(2) == 0,
                                              pick(3) == 0});
        break;
      case 1:
        give(deputy, events::MandateBegun{"congress", 6, "", "", {}});
        break;
      case 2:
        if (pick(4) == 0) give(deputy, events::MandateEnded{"congress", 6, ""});
        break;
      case 3:
        give(station, events::StationOpened{"联络点", events::StationTier::village,
                                            events::StationForm::point, region, "", "", 0, 0});
        break;
      case 4:
        give(deputy, pick(2) == 0 ? events::RegistryEventBody(events::Enrolled{station})
                                  : events::RegistryEventBody(events::LeftStation{station}));
        break;
      default:
        activity(n, deputy, station, group);
    }
  }

  void activity(std::size_t n, const std::string& deputy, const std::string& station,
                const std::string& group) {
    const std::string id = "activity-" + number(n);
    const char* const form = std::array{"reception", "visit", "deed", "group-exchange"}[pick(4)];
    const std::string organiser = std::array{station, deputy, group}[pick(3)];
    if (!give(id, events::ActivityPlanned{
                      form, organiser, "", "", pick(2) == 0 ? station : "", "", day(), {deputy}}))
      return;
    if (pick(6) == 0) {
      give(id, events::ActivityCancelled{"雨"});
      return;
    }
    give(id, events::ActivityAnnounced{{"board"}});
    events::ActivityHeld held;
    for (std::size_t i = pick(3); i > 0; --i) held.attended.push_back(any("deputy-", 12));
    held.solved = static_cast<std::int64_t>(pick(2));
    held.outputs = {{"report", ""}};
    held.cases = {any("case-", 5)};
    if (!give(id, held) || pick(5) != 0) return;
    held.attended = {deputy};
    give(id, events::ActivityCorrected{held, "更正"});
  }

  TempDir folder;
  test::MemoryLog log{1};
  std::unique_ptr<projections::RegistryStore> store =
      *projections::RegistryStore::open(folder.path() / "views");
  test::FixedIds ids{sys_days{2026y / January / 1}};
  std::unique_ptr<RegistryProcessor> processor;
  events::Instant now = sys_days{2024y / January / 1};
  std::mt19937 random;
};

TEST(Registry, WhatIsStoredIsWhatTheLogSays) {
  for (const unsigned seed : {1U, 2U}) {
    World world(seed);
    for (std::size_t n = 0; n < 1000; ++n) world.step(n);
    world.processor->stop(seconds{5});
    ASSERT_EQ(world.store->applied(0), world.log.end(0));
    ASSERT_GT(world.log.end(0), 400U);

    const auto fresh = *projections::RegistryStore::open(world.folder.path() / "fresh");
    const auto applied = projections::catch_up(world.log, *fresh, {.batch_events = 37});
    ASSERT_TRUE(applied) << applied.error().detail;
    EXPECT_EQ(*applied, world.log.end(0));
    EXPECT_EQ(*world.store->fingerprint(), *fresh->fingerprint()) << "seed " << seed;
    EXPECT_EQ(world.store->fingerprint()->rows, fresh->fingerprint()->rows);

    // Opened anew, it answers alike.
    const std::size_t deputies = world.store->count(SubjectKind::deputy);
    EXPECT_GT(deputies, 5U);
    world.processor.reset();
    world.store.reset();
    world.store = *projections::RegistryStore::open(world.folder.path() / "views");
    EXPECT_EQ(world.store->count(SubjectKind::deputy), deputies);
    EXPECT_EQ(*world.store->fingerprint(), *fresh->fingerprint());
  }
}

// A board that has been asked before adds only what is new: it must say what a fresh one says.
TEST(Registry, SumsThatGrowAreSumsMadeAnew) {
  World world(4);
  const DutyBoard board(*world.store);
  const Date day = 2024y / December / 31;
  for (std::size_t n = 0; n < 600; ++n) {
    world.step(n);
    if (n % 7 != 0) continue;
    ASSERT_TRUE(
        world.store->wait_applied({0, world.log.end(0)}, steady_clock::now() + seconds{10}));
    const DutyBoard fresh(*world.store);
    for (const char* id : {"deed-or-solved-problem", "monthly-reception", "point-weekly"}) {
      const Duty& duty = *shipped().duty(id);
      const auto kept = board.gauge(duty, day, ""), made = fresh.gauge(duty, day, "");
      ASSERT_EQ(std::pair(kept.done, kept.subjects), std::pair(made.done, made.subjects)) << id;
      const auto page = board.subjects(duty, day, "", false, "", 500);
      const auto other = fresh.subjects(duty, day, "", false, "", 500);
      ASSERT_EQ(page.items.size(), other.items.size());
      for (std::size_t i = 0; i < page.items.size(); ++i)
        ASSERT_EQ(page.items[i].done, other.items[i].done) << id << " " << page.items[i].subject;
    }
  }
}

TEST(Registry, DutiesAddUpToWhatActivitiesSay) {
  World world(3);
  for (std::size_t n = 0; n < 700; ++n) world.step(n);
  EXPECT_TRUE(world.store->wait_applied({0, world.log.end(0)}, steady_clock::now() + seconds{10}));
  const DutyBoard board(*world.store);
  const Duty& duty = *shipped().duty("deed-or-solved-problem");
  const Date day = world.day();
  // Our own count, over the activities one by one.
  std::map<std::string, std::uint32_t> done;
  for (std::size_t n = 0; n < 700; ++n) {
    const auto state = world.store->find("activity-" + World::number(n));
    if (state == nullptr || state->stage != "held") continue;
    const auto& own = std::get<projections::ActivityState>(state->body);
    const std::set<std::string> attended(own.held.attended.begin(), own.held.attended.end());
    if (own.plan.form == "deed") ++done[own.plan.organiser];
    for (const auto& deputy : attended) {
      if (own.plan.form == "deed") ++done[deputy];
      done[deputy] += static_cast<std::uint32_t>(own.held.solved);
    }
  }
  std::uint64_t subjects = 0, enough = 0;
  world.store->each(SubjectKind::deputy, "", [&](const auto& state) {
    const auto& mandates = std::get<projections::DeputyState>(state->body).mandates;
    if (std::ranges::none_of(mandates, [](const auto& one) { return !one.to; })) return true;
    ++subjects;
    if (done[state->id] >= duty.minimum) ++enough;
    const auto entry = board.of_subject(duty, state->id, day);
    EXPECT_TRUE(entry);
    if (entry) EXPECT_EQ(entry->done, done[state->id]) << state->id;
    return true;
  });
  const DutyGauge gauge = board.gauge(duty, day, "");
  EXPECT_EQ(gauge.subjects, subjects);
  EXPECT_EQ(gauge.done, enough);
  EXPECT_GT(subjects, 3U);
  EXPECT_GT(enough, 0U);
  EXPECT_EQ(board.subjects(duty, day, "", true, "", 100).total, subjects - enough);
  // Page by page, the same.
  std::vector<std::string> paged;
  std::string after;
  do {
    const auto page = board.subjects(duty, day, "region", false, after, 2);
    for (const auto& item : page.items) paged.push_back(item.subject);
    after = page.next;
  } while (!after.empty());
  EXPECT_EQ(paged.size(), enough);
  EXPECT_TRUE(std::ranges::is_sorted(paged));
}

}  // namespace
}  // namespace huiyin::engine
