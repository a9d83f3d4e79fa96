#include "generate/samples.hpp"

#include <set>

#include "support/engine_on_disk.hpp"

namespace huiyin::generate {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

const std::filesystem::path folder = std::filesystem::path(HUIYIN_SOURCE_DIR) / "config/samples";

// What no story can tell: due dates that come out otherwise, and a second version of a process.
bool is_told_elsewhere(engine::CommandType type) {
  using enum engine::CommandType;
  return type == recalculate || type == migrate || engine::is_internal(type);
}

TEST(Samples, EveryWordOccurs) {
  const auto samples = read_samples(folder, sys_days{2026y / 6 / 15});
  ASSERT_TRUE(samples) << samples.error();
  EXPECT_GE(samples->cases, 60U);
  EXPECT_GE(samples->principals.size(), 20U);
  std::set<engine::CommandType> seen;
  for (const auto& command : samples->commands) seen.insert(command.type());
  for (std::size_t i = 0; i < engine::command_count; ++i) {
    const auto type = static_cast<engine::CommandType>(i);
    if (!is_told_elsewhere(type)) EXPECT_TRUE(seen.contains(type)) << events::name_of(type);
  }
}

TEST(Samples, TheRegistryKnowsWhomTheCasesName) {
  const auto samples = read_samples(folder, sys_days{2026y / 6 / 15});
  ASSERT_TRUE(samples) << samples.error();
  std::set<std::string> registered;
  std::set<events::SubjectKind> kinds;
  for (const auto& command : samples->registry) {
    registered.insert(command.case_id);
    kinds.insert(command.word().kind);
  }
  // All but what the engine alone says.
  EXPECT_EQ(kinds.size(), events::subject_kind_count - 1);
  for (const auto& principal : samples->principals) {
    if (!principal.organ.empty())
      EXPECT_TRUE(registered.contains(principal.organ)) << principal.organ;
    if (!principal.station.empty())
      EXPECT_TRUE(registered.contains(principal.station)) << principal.station;
    if (std::ranges::find(principal.roles, engine::Role::deputy) != principal.roles.end())
      EXPECT_TRUE(registered.contains(principal.id)) << principal.id;
  }
}

class SamplesOn : public ::testing::TestWithParam<events::Instant> {};

TEST_P(SamplesOn, NothingIsRefused) {
  test::EngineOnDisk engine(GetParam());
  auto samples = read_samples(folder, GetParam());
  ASSERT_TRUE(samples) << samples.error();
  std::set<std::string> cases;
  for (const auto& command : samples->commands) cases.insert(command.case_id);
  const std::size_t commands = samples->commands.size();
  const auto loaded = load_samples(*std::move(samples), *engine.runtime, engine.ids);
  ASSERT_TRUE(loaded) << loaded.error();
  for (const auto& refusal : loaded->refused) ADD_FAILURE() << refusal;
  EXPECT_EQ(loaded->commands, commands);
  std::set<std::string> stages;
  for (const auto& id : cases) stages.insert(engine.state(id)->stage);
  for (const char* end :
       {"answered", "redirected", "adopted", "withdrawn", "rejected", "closed", "archived"})
    EXPECT_TRUE(stages.contains(end)) << end;
  // Some items are due soon, some overdue.
  EXPECT_GT(engine.runtime->timers().run_due(), 0U);
  bool soon = false, overdue = false;
  for (const auto& id : cases) {
    for (const auto& clock : engine.state(id)->clocks) {
      overdue = overdue || clock.missed;
      soon = soon || (!clock.missed && clock.colour != events::Colour::none);
    }
  }
  EXPECT_TRUE(soon);
  EXPECT_TRUE(overdue);
}

INSTANTIATE_TEST_SUITE_P(AllYear, SamplesOn,
                         ::testing::Values(sys_days{2025y / 10 / 20} + 3h,
                                           sys_days{2026y / 3 / 18} + 9h,
                                           sys_days{2026y / 7 / 5} + 1h,
                                           sys_days{2026y / 11 / 21} + 2h));

TEST(Samples, MistakesAreNamed) {
  test::TempDir directory;
  EXPECT_FALSE(read_samples(directory.path(), events::Instant{}));
}

}  // namespace
}  // namespace huiyin::generate
