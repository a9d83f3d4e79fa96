#include "projections/view_store.hpp"

#include <thread>

#include <gtest/gtest.h>

#include "projections/case_fold.hpp"
#include "projections/load_counts.hpp"
#include "projections/load_query.hpp"
#include "projections/rebuild.hpp"
#include "support/case_lives.hpp"
#include "support/memory_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::projections {
namespace {

using test::CaseLives;
using test::MemoryLog;
using test::TempDir;
using namespace std::chrono_literals;

constexpr Partition partitions = 4;

struct Filled {
  TempDir directory;
  MemoryLog log{partitions};
  CaseLives lives{partitions, {.seed = 7}};
  std::unique_ptr<ViewStore> store = *ViewStore::open(directory.path(), partitions);

  void grow(std::size_t events) {
    ASSERT_TRUE(log.append(lives.next(events)));
    const auto done = catch_up(log, *store, {.batch_events = 100});
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(*done, events);
  }
  void reopen() {
    store.reset();
    store = *ViewStore::open(directory.path(), partitions);
  }
};

TEST(ViewStore, KeepsStatesAndPositionsOverAReopen) {
  Filled f;
  f.grow(3000);
  for (int round = 0; round < 2; ++round) {
    for (Partition p = 0; p < partitions; ++p) EXPECT_EQ(f.store->applied(p), f.log.end(p));
    for (std::size_t i = 0; i < f.lives.cases(); ++i) {
      const auto state = f.store->load_state(f.lives.case_id(i));
      ASSERT_TRUE(state && *state);
      EXPECT_EQ((*state)->id, f.lives.case_id(i));
      EXPECT_GT((*state)->version, 0U);
    }
    EXPECT_EQ(*f.store->load_state("nobody"), nullptr);
    f.reopen();
  }
}

TEST(ViewStore, HistoryGivesEveryVersionFromAnywhere) {
  Filled f;
  f.grow(2000);
  for (std::size_t i = 0; i < 50; ++i) {
    const std::string& id = f.lives.case_id(i);
    const auto state = *f.store->load_state(id);
    const auto all = f.store->history(id, 1, 10'000);
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), state->version);
    for (std::uint32_t v = 1; v <= state->version; ++v) EXPECT_EQ((*all)[v - 1].version, v);
    const std::uint32_t middle = 1 + state->version / 2;
    const auto rest = f.store->history(id, middle, 2);
    ASSERT_TRUE(rest);
    ASSERT_FALSE(rest->empty());
    EXPECT_EQ(rest->front(), (*all)[middle - 1]);
    EXPECT_LE(rest->size(), 2U);
  }
}

TEST(ViewStore, ACommandIsForgottenByLogTime) {
  Filled f;
  f.grow(10);
  const auto known = f.store->find_command("command-7-0");
  ASSERT_TRUE(known);
  EXPECT_EQ(known->case_id, f.lives.case_id(0));
  EXPECT_EQ(known->count, 1U);
  EXPECT_EQ(known->hash, "hash-0");
  EXPECT_FALSE(f.store->find_command("command-7-11"));
  const Instant first = known->time;
  ViewBatch later;
  later.newest_time = first + command_memory;
  ASSERT_TRUE(f.store->apply(later));
  EXPECT_TRUE(f.store->find_command("command-7-0"));
  later.newest_time = first + command_memory + 1ms;
  ASSERT_TRUE(f.store->apply(later));
  EXPECT_FALSE(f.store->find_command("command-7-0"));
  EXPECT_TRUE(f.store->find_command("command-7-5"));
}

// Of one holder over all partitions, from what those were told who follow every change.
HolderLoad sum(const std::map<std::pair<std::string, Partition>, HolderLoad>& rows,
               const std::string& holder) {
  HolderLoad out;
  for (const auto& [key, row] : rows) {
    if (row.by != LoadBy::organ || row.holder != holder) continue;
    out.open += row.open;
    out.due_soon += row.due_soon;
    out.overdue += row.overdue;
    out.promised += row.promised;
    out.closed += row.closed;
  }
  return out;
}

TEST(LoadCounts, WhoFollowsChangesHasWhatTheViewAnswers) {
  Filled f;
  f.grow(1500);
  std::map<std::pair<std::string, Partition>, HolderLoad> rows;
  for (Partition p = 0; p < partitions; ++p) {
    auto counts = LoadCounts::read(*f.store, p);
    ASSERT_TRUE(counts);
    EXPECT_TRUE(counts->take_touched().empty());
    // Everything once more from nothing, and back and forth.
    LoadCounts followed(p);
    for (std::size_t i = 0; i < f.lives.cases(); ++i) {
      if (events::partition_of(f.lives.case_id(i), partitions) != p) continue;
      const auto state = *f.store->load_state(f.lives.case_id(i));
      const CaseState before{.id = state->id, .station = "somewhere else"};
      followed.change(nullptr, &before);
      followed.change(&before, state.get());
      followed.change(state.get(), &before);
      followed.change(&before, state.get());
      followed.take_touched();
      counts->change(state.get(), nullptr);
      counts->change(nullptr, state.get());
    }
    for (std::size_t i = 0; i < f.lives.cases(); ++i) {
      if (events::partition_of(f.lives.case_id(i), partitions) != p) continue;
      const auto state = *f.store->load_state(f.lives.case_id(i));
      followed.change(state.get(), state.get());
    }
    for (const auto& row : followed.take_touched())
      rows[{std::string(events::name_of(row.by)) + row.holder, p}] = row;
    for (const auto& row : counts->take_touched()) {
      const HolderLoad& same = rows[{std::string(events::name_of(row.by)) + row.holder, p}];
      EXPECT_EQ(row.open, same.open) << row.holder;
      EXPECT_EQ(row.closed, same.closed) << row.holder;
    }
  }
  const auto page = load(*f.store, {.by = LoadBy::organ, .scope = Scope::all()});
  ASSERT_TRUE(page);
  ASSERT_GT(page->items.size(), 5U);
  for (const LoadRow& row : page->items) {
    const HolderLoad told = sum(rows, row.holder);
    EXPECT_EQ(static_cast<std::uint64_t>(told.open), row.open) << row.holder;
    EXPECT_EQ(static_cast<std::uint64_t>(told.due_soon), row.due_soon) << row.holder;
    EXPECT_EQ(static_cast<std::uint64_t>(told.overdue), row.overdue) << row.holder;
    EXPECT_EQ(static_cast<std::uint64_t>(told.promised), row.promised) << row.holder;
    EXPECT_EQ(static_cast<std::uint64_t>(told.closed), row.closed) << row.holder;
  }
}

TEST(ViewStore, DueCasesComeEarliestFirstAndOnce) {
  Filled f;
  f.grow(3000);
  const Instant far{std::chrono::sys_days{std::chrono::year{2030} / 1 / 1}};
  const auto all = f.store->due_before(far, 10'000);
  ASSERT_GT(all.size(), 20U);
  for (std::size_t i = 1; i < all.size(); ++i) EXPECT_LE(all[i - 1].at, all[i].at);
  for (const Due& due : all) {
    const auto state = *f.store->load_state(due.case_id);
    EXPECT_EQ(state->imported, due.imported);
    std::optional<Instant> next;
    for (const auto& clock : state->clocks) {
      if (clock.thresholds.empty()) continue;
      if (!next || clock.thresholds.front().at < *next) next = clock.thresholds.front().at;
    }
    EXPECT_EQ(next, due.at) << due.case_id;
  }
  const auto live = f.store->due_before(far, 10'000, DueOf::live);
  const auto imported = f.store->due_before(far, 10'000, DueOf::imported);
  EXPECT_EQ(live.size() + imported.size(), all.size());
  EXPECT_EQ(f.store->next_due(), live.front().at);
  const auto few = f.store->due_before(far, 3);
  ASSERT_EQ(few.size(), 3U);
  EXPECT_EQ(few[0], all[0]);
  EXPECT_EQ(few[2], all[2]);
  EXPECT_TRUE(f.store->due_before(all.front().at - 1ms, 10).empty());
}

TEST(ViewStore, OutboxHoldsUnsettledFollowUpsAlone) {
  Filled f;
  f.grow(8000);
  const auto open = f.store->cases_with_outbox(10'000);
  ASSERT_FALSE(open.empty());
  std::size_t expected = 0;
  for (std::size_t i = 0; i < f.lives.cases(); ++i) {
    if (!(*f.store->load_state(f.lives.case_id(i)))->outbox.empty()) ++expected;
  }
  EXPECT_EQ(open.size(), expected);
}

TEST(ViewStore, AReaderWaitsForAPosition) {
  Filled f;
  f.grow(10);
  const auto soon = std::chrono::steady_clock::now() + 20ms;
  EXPECT_TRUE(f.store->wait_applied({0, f.log.end(0)}, soon));
  EXPECT_FALSE(f.store->wait_applied({0, f.log.end(0) + 1}, soon));
  std::thread writer([&] {
    ViewBatch batch;
    batch.applied = {{0, f.log.end(0) + 1}};
    EXPECT_TRUE(f.store->apply(batch));
  });
  EXPECT_TRUE(f.store->wait_applied({0, f.log.end(0) + 1}, std::chrono::steady_clock::now() + 10s));
  writer.join();
}

TEST(ViewStore, ACaseViewFollowsTheCaseAndHidesThePetitioner) {
  Filled f;
  f.grow(500);
  bool petitioner_seen = false;
  for (int round = 0; round < 3; ++round) {
    for (std::size_t i = 0; i < f.lives.cases(); ++i) {
      const auto view = *f.store->case_view(f.lives.case_id(i));
      ASSERT_NE(view, nullptr);
      const auto state = *f.store->load_state(f.lives.case_id(i));
      EXPECT_EQ(*view->state, *state);
      EXPECT_EQ(view->json.find("petitioner"), std::string::npos);
      EXPECT_NE(view->json.find(state->title), std::string::npos);
      petitioner_seen = petitioner_seen || state->petitioner.has_value();
    }
    f.grow(500);
  }
  EXPECT_TRUE(petitioner_seen);
  EXPECT_EQ(*f.store->case_view("nobody"), nullptr);
}

TEST(ViewStore, RefusesWhatDoesNotFit) {
  Filled f;
  f.grow(10);
  const auto second = ViewStore::open(f.directory.path(), partitions);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, StoreErrorCode::busy);
  f.store.reset();
  const auto other = ViewStore::open(f.directory.path(), partitions + 1);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, StoreErrorCode::mismatch);
  EXPECT_TRUE(ViewStore::open(f.directory.path(), partitions));
}

TEST(Generations, SwitchingIsOnePointer) {
  TempDir directory;
  EXPECT_FALSE(current_generation(directory.path()));
  {
    ASSERT_TRUE(ViewStore::open(directory.path(), partitions));
  }
  EXPECT_EQ(current_generation(directory.path()), "1");
  const std::string next = next_generation(directory.path());
  EXPECT_EQ(next, "2");
  {
    ASSERT_TRUE(ViewStore::open_generation(directory.path(), next, partitions));
  }
  EXPECT_EQ(current_generation(directory.path()), "1");
  ASSERT_TRUE(switch_generation(directory.path(), next));
  EXPECT_EQ(current_generation(directory.path()), "2");
  remove_old_generations(directory.path());
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "1"));
  EXPECT_TRUE(std::filesystem::exists(directory.path() / "2"));
}

}  // namespace
}  // namespace huiyin::projections
