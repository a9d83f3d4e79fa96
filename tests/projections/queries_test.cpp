#include "projections/queries.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "events/json_writer.hpp"
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
constexpr Instant now{std::chrono::sys_days{std::chrono::year{2023} / 6 / 1}};

// One store for all queries: they do not change it. `rows` is what it holds, by plain reading.
struct Queries : testing::Test {
  static inline std::unique_ptr<TempDir> directory;
  static inline std::unique_ptr<ViewStore> store;
  static inline std::vector<StatusRow> rows;
  static inline std::vector<CaseState> states;

  static void SetUpTestSuite() {
    directory = std::make_unique<TempDir>();
    MemoryLog log(partitions);
    CaseLives lives(partitions, {.seed = 11, .pace = 10min});
    ASSERT_TRUE(log.append(lives.next(9000)));
    store = *ViewStore::open(directory->path(), partitions);
    ASSERT_TRUE(catch_up(log, *store));
    for (std::size_t i = 0; i < lives.cases(); ++i) {
      states.push_back(**store->load_state(lives.case_id(i)));
      rows.push_back(status_row(states.back()));
    }
  }
  static void TearDownTestSuite() {
    store.reset();
    directory.reset();
  }

  // All pages of a query, one after the other.
  static std::vector<StatusRow> all_pages(ListQuery query) {
    std::vector<StatusRow> out;
    std::optional<std::uint64_t> total;
    do {
      const auto page = list(*store, query);
      EXPECT_TRUE(page) << page.error().detail;
      if (!page) return out;
      EXPECT_LE(page->items.size(), query.limit);
      if (total) EXPECT_EQ(page->total, total);
      total = page->total;
      out.insert(out.end(), page->items.begin(), page->items.end());
      query.cursor = page->next;
    } while (!query.cursor.empty());
    EXPECT_EQ(total, out.size());
    return out;
  }
  template <class Test>
  static std::set<std::string> ids_where(Test test) {
    std::set<std::string> out;
    for (const StatusRow& row : rows) {
      if (test(row)) out.insert(row.id);
    }
    return out;
  }
  static std::set<std::string> ids_of(const std::vector<StatusRow>& found) {
    std::set<std::string> out;
    for (const StatusRow& row : found) out.insert(row.id);
    EXPECT_EQ(out.size(), found.size()) << "a case came twice";
    return out;
  }
  template <class Test>
  static void expect_list(ListQuery query, Test test) {
    for (const ListSort sort : {ListSort::newest, ListSort::oldest, ListSort::updated,
                                ListSort::least_updated, ListSort::due}) {
      query.sort = sort;
      query.limit = 37;
      const auto found = all_pages(query);
      EXPECT_EQ(ids_of(found), ids_where(test));
      for (std::size_t i = 1; i < found.size(); ++i) {
        const StatusRow& a = found[i - 1];
        const StatusRow& b = found[i];
        if (sort == ListSort::newest) EXPECT_GE(a.collected_at, b.collected_at);
        if (sort == ListSort::oldest) EXPECT_LE(a.collected_at, b.collected_at);
        if (sort == ListSort::updated) EXPECT_GE(a.updated, b.updated);
        if (sort == ListSort::least_updated) EXPECT_LE(a.updated, b.updated);
        if (sort == ListSort::due && b.due) EXPECT_TRUE(a.due && *a.due <= *b.due);
      }
    }
  }
};

bool among(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

TEST_F(Queries, ListsByEveryFilter) {
  const Scope all = Scope::all();
  expect_list({.filter = {}, .scope = all}, [](auto&) { return true; });
  expect_list({.filter = {.stage = "replied"}, .scope = all},
              [](auto& row) { return row.stage == "replied"; });
  expect_list({.filter = {.organ = "organ-3"}, .scope = all},
              [](auto& row) { return among(row.organs, "organ-3"); });
  expect_list({.filter = {.deputy = "deputy-7"}, .scope = all},
              [](auto& row) { return among(row.deputies, "deputy-7"); });
  expect_list({.filter = {.region = "431000"}, .scope = all},
              [](auto& row) { return row.region.starts_with("4310"); });
  expect_list({.filter = {.category = "城乡建设"}, .scope = all},
              [](auto& row) { return row.category.starts_with("城乡建设/"); });
  expect_list({.filter = {.class_code = "B"}, .scope = all},
              [](auto& row) { return row.class_code == "B"; });
  expect_list({.filter = {.overdue = true}, .scope = all}, [](auto& row) { return row.overdue; });
  expect_list({.filter = {.overdue = false}, .scope = all}, [](auto& row) { return !row.overdue; });
  expect_list({.filter = {.kind = events::Kind::matter}, .scope = all},
              [](auto& row) { return row.kind == events::Kind::matter; });
  expect_list({.filter = {.station = "station-1", .supervisor = "committee-2"}, .scope = all},
              [](auto& row) {
                return row.station == "station-1" &&
                       (row.supervisor == "committee-2" || among(row.joining, "committee-2"));
              });
  expect_list({.filter = {.stage = "nowhere"}, .scope = all}, [](auto&) { return false; });
}

TEST_F(Queries, ScopesShowTheirOwnAlone) {
  expect_list({.scope = {}}, [](auto&) { return false; });
  expect_list({.scope = Scope::deputy("deputy-7")},
              [](auto& row) { return among(row.deputies, "deputy-7"); });
  expect_list({.filter = {.stage = "signed"}, .scope = Scope::organ("organ-1")},
              [](auto& row) { return row.stage == "signed" && among(row.organs, "organ-1"); });
  expect_list({.filter = {.organ = "organ-2"}, .scope = Scope::organ("organ-1")}, [](auto& row) {
    return among(row.organs, "organ-1") && among(row.organs, "organ-2");
  });
  expect_list({.scope = Scope::station("station-4")},
              [](auto& row) { return row.station == "station-4"; });
  expect_list({.scope = Scope::supervisor("committee-1", "430100")}, [](auto& row) {
    return row.supervisor == "committee-1" || among(row.joining, "committee-1") ||
           row.region.starts_with("4301");
  });
  for (const Scope& nobody :
       {Scope::deputy(""), Scope::organ(""), Scope::station(""), Scope::supervisor("", "")}) {
    const auto page = list(*store, {.scope = nobody});
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->items.empty());
  }
  for (const CaseState& state : states) {
    for (const Scope& scope : {Scope::deputy("deputy-7"), Scope::organ("organ-1"),
                               Scope::supervisor("committee-1", "430100"), Scope{}}) {
      EXPECT_EQ(visible(scope, state), visible(scope, status_row(state)));
    }
  }
}

TEST_F(Queries, CandidatesOfATextSearchAreFilteredAndSorted) {
  ListQuery query{.filter = {.stage = "replied"}, .scope = Scope::all(), .limit = 5};
  query.candidates.emplace();
  for (std::size_t i = 0; i < rows.size(); i += 3) query.candidates->push_back(rows[i].id);
  query.candidates->push_back("unknown");
  query.candidates->push_back(rows[0].id);
  std::set<std::string> expected;
  for (std::size_t i = 0; i < rows.size(); i += 3) {
    if (rows[i].stage == "replied") expected.insert(rows[i].id);
  }
  EXPECT_EQ(ids_of(all_pages(query)), expected);
}

TEST_F(Queries, ACursorOfAnotherQueryIsRefused) {
  const auto page = list(*store, {.scope = Scope::all(), .limit = 3});
  ASSERT_TRUE(page);
  for (const std::string& cursor : {page->next, std::string("garbage!"), std::string("AA")}) {
    const auto other =
        list(*store, {.scope = Scope::all(), .sort = ListSort::due, .cursor = cursor});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, StoreErrorCode::invalid);
  }
}

TEST_F(Queries, OverdueShowsClocksThatHaveSpokenInOrderOfDue) {
  struct Expected {
    std::string id;
    events::ClockKey key;
  };
  const auto expect_overdue = [&](OverdueQuery query, auto test) {
    std::multiset<std::pair<std::string, std::string>> expected;
    for (const CaseState& state : states) {
      for (const ClockInstance& clock : state.clocks) {
        if (has_spoken(clock) && test(state, clock)) expected.emplace(state.id, clock.key.clock);
      }
    }
    query.limit = 7;
    query.days_over = [](Instant due) {
      return DaysOver{std::chrono::floor<std::chrono::days>(now - due).count(), 0};
    };
    std::multiset<std::pair<std::string, std::string>> found;
    std::optional<Instant> before;
    std::optional<std::uint64_t> total;
    do {
      const auto page = overdue(*store, query);
      ASSERT_TRUE(page) << page.error().detail;
      if (total) EXPECT_EQ(page->total, total);
      total = page->total;
      for (const OverdueItem& item : page->items) {
        if (before) EXPECT_LE(*before, item.row.due);
        before = item.row.due;
        found.emplace(item.row.id, item.row.key.clock);
        EXPECT_FALSE(item.title.empty());
        EXPECT_EQ(item.days_over,
                  std::chrono::floor<std::chrono::days>(now - item.row.due).count());
      }
      query.cursor = page->next;
    } while (!query.cursor.empty());
    EXPECT_EQ(found, expected);
    EXPECT_EQ(total, expected.size());
  };
  const Scope all = Scope::all();
  expect_overdue({.scope = all}, [](auto&, auto&) { return true; });
  expect_overdue({.holder = "organ-2", .scope = all},
                 [](auto&, auto& clock) { return clock.holder == "organ-2"; });
  expect_overdue({.region = "430000", .scope = all}, [](auto&, auto&) { return true; });
  expect_overdue({.region = "431002", .missed = true, .scope = all},
                 [](auto& state, auto& clock) { return state.region == "431002" && clock.missed; });
  expect_overdue({.clock = "reply", .colour = events::Colour::yellow, .scope = all},
                 [](auto&, auto& clock) {
                   return clock.key.clock == "reply" && clock.colour == events::Colour::yellow;
                 });
  expect_overdue({.scope = Scope::organ("organ-1")},
                 [](auto&, auto& clock) { return clock.holder == "organ-1"; });
  expect_overdue({.scope = Scope::deputy("deputy-3")},
                 [](auto& state, auto&) { return among(status_row(state).deputies, "deputy-3"); });
  expect_overdue({.scope = Scope::supervisor("committee-0", "")}, [](auto& state, auto&) {
    return state.supervisor == "committee-0" || among(state.joining, "committee-0");
  });
  expect_overdue({.scope = {}}, [](auto&, auto&) { return false; });
}

TEST_F(Queries, LoadCountsWhatLiesOnEachHolder) {
  for (const LoadBy by : {LoadBy::organ, LoadBy::station, LoadBy::supervisor}) {
    const auto page = load(*store, {.by = by, .now = now, .scope = Scope::all()});
    ASSERT_TRUE(page);
    ASSERT_FALSE(page->items.empty());
    EXPECT_EQ(page->total, page->items.size());
    for (const LoadRow& row : page->items) {
      std::uint64_t open = 0, overdue = 0, closed = 0;
      std::vector<std::int64_t> ages;
      for (const CaseState& state : states) {
        const StatusRow status = status_row(state);
        const bool mine = by == LoadBy::organ     ? among(status.organs, row.holder)
                          : by == LoadBy::station ? state.station == row.holder
                                                  : state.supervisor == row.holder;
        if (!mine) continue;
        if (state.ended) ++closed;
        if (std::ranges::any_of(state.clocks, [&](const ClockInstance& clock) {
              return clock.missed && (by != LoadBy::organ || clock.holder == row.holder);
            })) {
          ++overdue;
        }
        if (state.ended) continue;
        ++open;
        ages.push_back(
            (std::chrono::floor<std::chrono::days>(now) - std::chrono::sys_days{state.collected})
                .count());
      }
      EXPECT_EQ(row.open, open);
      EXPECT_EQ(row.overdue, overdue);
      EXPECT_EQ(row.closed, closed);
      if (ages.empty()) continue;
      std::ranges::sort(ages);
      const auto median = ages[(ages.size() - 1) / 2];
      ASSERT_TRUE(row.median_age_days);
      EXPECT_LE(std::abs(*row.median_age_days - median), 4) << row.holder;
      EXPECT_LE(std::abs(*row.oldest_age_days - ages.back()), 3);
    }
    for (std::size_t i = 1; i < page->items.size(); ++i) {
      EXPECT_GE(page->items[i - 1].weighted, page->items[i].weighted);
    }
  }
}

TEST_F(Queries, LoadOfARegionHoldsWhatLiesWithin) {
  const auto page = load(*store, {.by = LoadBy::region, .now = now, .scope = Scope::all()});
  ASSERT_TRUE(page);
  std::uint64_t all = 0;
  std::uint64_t province = 0;
  for (const LoadRow& row : page->items) {
    if (row.holder == "430000") province = row.open;
    if (!row.holder.ends_with("00")) all += row.open;
  }
  EXPECT_EQ(province, all);
  EXPECT_GT(province, 0U);
}

TEST_F(Queries, LoadKeepsToItsScope) {
  const auto own = load(*store, {.now = now, .scope = Scope::organ("organ-1")});
  ASSERT_TRUE(own);
  ASSERT_EQ(own->items.size(), 1U);
  EXPECT_EQ(own->items[0].holder, "organ-1");
  for (const Scope& scope : {Scope{}, Scope::deputy("deputy-1"), Scope::station("station-1")}) {
    const auto refused = load(*store, {.now = now, .scope = scope});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, StoreErrorCode::forbidden);
  }
}

std::uint64_t figure(const StatsRow& row, Measure measure) {
  for (const Figure& figure : row.figures) {
    if (figure.measure == measure) return figure.value;
  }
  return 0;
}

TEST_F(Queries, StatsCountInTheMonthInWhichItHappened) {
  const auto total = stats(*store, {.by = StatsBy::period, .scope = Scope::all()});
  ASSERT_TRUE(total);
  ASSERT_EQ(total->items.size(), 1U);
  EXPECT_EQ(figure(total->items[0], Measure::collected), states.size());
  std::uint64_t replied = 0, closed = 0;
  for (const CaseState& state : states) {
    replied += static_cast<std::uint64_t>(
        std::ranges::count_if(state.lanes, [](auto& lane) { return lane.replied_on.has_value(); }));
    if (state.ended) ++closed;
  }
  EXPECT_EQ(figure(total->items[0], Measure::replied), replied);
  EXPECT_EQ(figure(total->items[0], Measure::closed), closed);

  const auto months = stats(*store, {.by = StatsBy::month, .scope = Scope::all()});
  ASSERT_TRUE(months);
  std::uint64_t collected = 0;
  for (const StatsRow& row : months->items) {
    std::uint64_t expected = 0;
    for (const CaseState& state : states) {
      if (events::format_date(state.collected).starts_with(row.group)) ++expected;
    }
    EXPECT_EQ(figure(row, Measure::collected), expected) << row.group;
    collected += expected;
  }
  EXPECT_EQ(collected, states.size());

  using std::chrono::year;
  const auto february = stats(*store, {.by = StatsBy::organ,
                                       .from = year{2023} / 2 / 10,
                                       .to = year{2023} / 2 / 11,
                                       .scope = Scope::organ("organ-5")});
  ASSERT_TRUE(february);
  ASSERT_EQ(february->items.size(), 1U);
  EXPECT_EQ(february->items[0].group, "organ-5");
  EXPECT_FALSE(stats(*store, {.scope = Scope::deputy("deputy-1")}));
}

// S1-31
TEST_F(Queries, EveryFigureHasUnitAndComparatorAndRatesNameWhatTheyDivide) {
  const auto page = stats(*store, {.by = StatsBy::quarter, .scope = Scope::all()});
  ASSERT_TRUE(page);
  const std::string json = events::to_json(*page);
  EXPECT_NE(json.find(R"("measure":"collected","comparator":"=","value":)"), std::string::npos);
  EXPECT_NE(json.find(R"("unit":"ratings")"), std::string::npos);
  EXPECT_NE(json.find(R"("numerator":"rated-satisfied + rated-basically")"), std::string::npos);
  EXPECT_EQ(page->items.front().group, "2023-Q1");
}

}  // namespace
}  // namespace huiyin::projections
