#include "engine/definition.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "engine/definition_draw.hpp"
#include "engine/definition_toml.hpp"
#include "engine/small_definition.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono_literals;
using events::Kind;
using testing::edited;
using testing::small_definition;

const Definitions& shipped() {
  static const Definitions definitions = [] {
    auto loaded = load_definitions(HUIYIN_SOURCE_DIR "/config/processes",
                                   HUIYIN_SOURCE_DIR "/config/calendars");
    if (!loaded) {
      for (const auto& error : loaded.error()) ADD_FAILURE() << to_text(error);
      return Definitions();
    }
    return *std::move(loaded);
  }();
  return definitions;
}

const Definition& shipped(std::string_view id) {
  const Definition* found = shipped().find(id);
  EXPECT_NE(found, nullptr) << id;
  static const Definition none;
  return found != nullptr ? *found : none;
}

Definition parsed(std::string_view toml) {
  auto definition = parse_definition(toml, "small.toml", {});
  if (definition) return *std::move(definition);
  for (const auto& error : definition.error()) ADD_FAILURE() << to_text(error);
  return {};
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ShippedDefinitions, AreFourAndSound) {
  const auto whole = std::ranges::count_if(
      shipped().all(), [](const auto& definition) { return definition->profile.empty(); });
  ASSERT_EQ(whole, 4);
  for (const std::string_view id : {"suggestion@1", "matter@1", "motion@1", "casework@1"}) {
    EXPECT_EQ(shipped(id).id(), id);
    EXPECT_EQ(shipped(id).hash.size(), 32U);
  }
  EXPECT_EQ(shipped().find("suggestion@2"), nullptr);
  EXPECT_EQ(shipped().find("suggestion"), nullptr);
}

TEST(ShippedDefinitions, SuggestionHoldsTheLawsNumbers) {
  const Definition& suggestion = shipped("suggestion@1");
  EXPECT_EQ(suggestion.zone.name(), "Asia/Shanghai");
  EXPECT_EQ(suggestion.calendar.id(), "cn");
  const Clock* reply = suggestion.find_clock("reply");
  ASSERT_NE(reply, nullptr);
  EXPECT_EQ(reply->after, Duration(Months{3}));
  EXPECT_EQ(reply->roll, Roll::next_working_day);
  ASSERT_TRUE(reply->extend.has_value());
  EXPECT_EQ(reply->extend->to, Duration(Months{6}));
  ASSERT_EQ(reply->warn.size(), 2U);
  EXPECT_EQ(reply->warn[1].before, Duration(WorkingDays{5}));
  EXPECT_EQ(reply->warn[1].colour, events::Colour::orange);
  EXPECT_EQ(reply->escalate[1].to, "leader");
  EXPECT_TRUE(suggestion.find_clock("return-window")->lapses);
  EXPECT_TRUE(suggestion.find_clock("rehandle")->ladder);
  EXPECT_EQ(suggestion.find_clock("feed-back")->unless, Guard::feedback_given);
  EXPECT_TRUE(suggestion.find_clock("commitment")->outlives_end);
  EXPECT_EQ(suggestion.policy.gates.size(), 3U);
  EXPECT_EQ(suggestion.policy.ladder.size(), 4U);
  EXPECT_TRUE(suggestion.policy.ladder[2].superior);
  EXPECT_TRUE(suggestion.may_enter_for(Role::officer, Role::deputy));
  EXPECT_FALSE(suggestion.may_enter_for(Role::officer, Role::organ));
  EXPECT_TRUE(suggestion.may_enter_for(Role::coordinator, Role::organ));
  ASSERT_NE(suggestion.find_class("B"), nullptr);
  EXPECT_EQ(suggestion.find_class("B")->meaning, events::ClassMeaning::in_progress);
}

TEST(ShippedDefinitions, ImportersMayGiveEveryCommandOfAProcess) {
  for (const auto& definition : shipped().all()) {
    for (const Transition& transition : definition->transitions) {
      const bool record = transition.by.has(Role::importer);
      EXPECT_TRUE(record) << definition->id() << " line " << transition.line;
    }
  }
}

TEST(ShippedDefinitions, OnlyCaseworkRecordsOtherSystems) {
  for (const auto& definition : shipped().all()) {
    EXPECT_EQ(definition->records_other_systems, definition->name == "casework");
    EXPECT_EQ(definition->is_default, definition->name != "casework");
  }
}

TEST(ShippedDefinitions, AreDrawnAsBefore) {
  const std::filesystem::path folder = HUIYIN_SOURCE_DIR "/tests/engine/drawings";
  for (const auto& definition : shipped().all()) {
    if (!definition->profile.empty()) continue;  // overlays change little that is drawn
    EXPECT_EQ(draw_mermaid(*definition), read(folder / (definition->name + ".mmd")));
    EXPECT_EQ(draw_dot(*definition), read(folder / (definition->name + ".dot")));
  }
}

TEST(Definition, FindsTransitionsByCommandAndStage) {
  const Definition small = parsed(small_definition);
  ASSERT_NE(small.find(CommandType::collect, ""), nullptr);
  EXPECT_EQ(small.find(CommandType::collect, "collected"), nullptr);
  ASSERT_NE(small.find(CommandType::reply, "handed-off"), nullptr);
  EXPECT_EQ(small.find(CommandType::reply, "handed-off")->once, Guard::all_replied);
  EXPECT_EQ(small.find(CommandType::reply, "replied"), nullptr);
  EXPECT_TRUE(small.is_end("closed"));
  EXPECT_FALSE(small.is_end("replied"));
}

TEST(Definition, StarsStandForStages) {
  const Definition small = parsed(small_definition);
  EXPECT_NE(small.find(CommandType::annotate, "closed"), nullptr);
  EXPECT_NE(small.find(CommandType::annotate, "collected"), nullptr);
  EXPECT_EQ(small.find(CommandType::annotate, ""), nullptr);
  EXPECT_NE(small.find(CommandType::urge, "replied"), nullptr);
  EXPECT_EQ(small.find(CommandType::urge, "closed"), nullptr);
}

TEST(Definition, HasDefaults) {
  const Definition small = parsed(small_definition);
  EXPECT_EQ(small.zone.name(), "Asia/Shanghai");
  EXPECT_EQ(small.calendar, Calendar::monday_to_friday());
  EXPECT_EQ(small.policy.raters, Raters::all);
  EXPECT_TRUE(small.is_default);
  EXPECT_EQ(small.find_clock("reply")->roll, Roll::none);
}

TEST(Definition, TheHashIsOfTheBytes) {
  EXPECT_EQ(parsed(small_definition).hash, parsed(small_definition).hash);
  EXPECT_NE(parsed(small_definition).hash, parsed(std::string(small_definition) + "\n").hash);
}

TEST(Definition, DrawsItsStages) {
  const Definition small = parsed(small_definition);
  EXPECT_EQ(draw_mermaid(small), R"(---
title: small@1
---
stateDiagram-v2
    state "collected" as collected
    state "handed-off" as handed_off
    state "replied" as replied
    state "closed" as closed
    [*] --> collected : collect
    collected --> handed_off : hand-off
    handed_off --> replied : reply [all-replied]
    replied --> closed : close
    closed --> [*]
)");
  EXPECT_EQ(draw_dot(small), R"(digraph "small@1" {
  graph [rankdir=TB, label="small@1"];
  node [shape=box, style=rounded];
  "" [shape=point];
  "collected";
  "handed-off";
  "replied";
  "closed" [peripheries=2];
  "" -> "collected" [label="collect"];
  "collected" -> "handed-off" [label="hand-off"];
  "handed-off" -> "replied" [label="reply [all-replied]"];
  "replied" -> "closed" [label="close"];
}
)");
}

// name, version, valid_from, kind, default
std::shared_ptr<const Definition> version(std::string name, std::uint32_t number, Date valid_from,
                                          Kind kind = Kind::matter, bool is_default = true) {
  auto definition = std::make_shared<Definition>();
  definition->name = std::move(name);
  definition->version = number;
  definition->valid_from = valid_from;
  definition->kinds = {kind};
  definition->is_default = is_default;
  return definition;
}

std::string id_of(const Definition* definition) { return definition ? definition->id() : "none"; }

// S3-55
TEST(Definitions, TheNewestVersionInForceIsTaken) {
  const Definitions all({version("matter", 10, 2024y / 7 / 1), version("matter", 2, 2022y / 1 / 1),
                         version("matter", 1, 2000y / 1 / 1)});
  EXPECT_EQ(id_of(all.in_force("", Kind::matter, 2023y / 5 / 5)), "matter@2");
  EXPECT_EQ(id_of(all.in_force("matter", Kind::matter, 2021y / 12 / 31)), "matter@1");
  EXPECT_EQ(id_of(all.in_force("matter", Kind::matter, 2022y / 1 / 1)), "matter@2");
  EXPECT_EQ(id_of(all.in_force("", Kind::matter, 2030y / 1 / 1)), "matter@10");
  EXPECT_EQ(id_of(all.in_force("", Kind::matter, 1999y / 12 / 31)), "none");
  EXPECT_EQ(id_of(all.in_force("", Kind::motion, 2023y / 5 / 5)), "none");
  EXPECT_EQ(id_of(all.find("matter@10")), "matter@10");
}

TEST(Definitions, ByKindAloneOnlyADefaultIsTaken) {
  const Definitions all({version("casework", 1, 2000y / 1 / 1, Kind::matter, false),
                         version("matter", 1, 2010y / 1 / 1)});
  EXPECT_EQ(id_of(all.in_force("", Kind::matter, 2020y / 1 / 1)), "matter@1");
  EXPECT_EQ(id_of(all.in_force("", Kind::matter, 2005y / 1 / 1)), "none");
  EXPECT_EQ(id_of(all.in_force("casework", Kind::matter, 2005y / 1 / 1)), "casework@1");
  EXPECT_EQ(id_of(all.in_force("casework", Kind::motion, 2005y / 1 / 1)), "none");
  EXPECT_EQ(id_of(all.in_force("unknown", Kind::matter, 2020y / 1 / 1)), "none");
}

TEST(Definitions, ANewVersionMayGiveAKindAway) {
  const Definitions all({version("suggestion", 1, 2000y / 1 / 1, Kind::legislative),
                         version("suggestion", 2, 2020y / 1 / 1, Kind::suggestion),
                         version("lawmaking", 1, 2020y / 1 / 1, Kind::legislative)});
  EXPECT_EQ(id_of(all.in_force("", Kind::legislative, 2019y / 1 / 1)), "suggestion@1");
  EXPECT_EQ(id_of(all.in_force("", Kind::legislative, 2020y / 1 / 1)), "lawmaking@1");
}

}  // namespace
}  // namespace huiyin::engine
