// Given events, what rows: the views of one case, read back from their keys.
#include "projections/rows.hpp"

#include <set>

#include <gtest/gtest.h>

#include "projections/case_fold.hpp"
#include "projections/status_row.hpp"

namespace huiyin::projections {
namespace {

using namespace events;
using namespace std::chrono_literals;

constexpr Instant start{std::chrono::sys_days{std::chrono::year{2024} / 3 / 1}};

struct History {
  CaseState state;

  void happens(CaseEventBody body, std::string stage, std::chrono::hours after,
               std::vector<ClockChange> clocks = {}, bool ended = false) {
    CaseEvent event;
    event.body = std::move(body);
    event.common.occurred_at = start + after;
    event.common.day = Date{std::chrono::floor<std::chrono::days>(start + after + 8h)};
    event.common.stage = std::move(stage);
    event.common.ended = ended;
    event.common.clocks = std::move(clocks);
    EnvelopeView envelope;
    envelope.subject = "c1";
    envelope.process = "suggestion@1";
    envelope.time = start + after;
    envelope.subject_version = state.version + 1;
    fold(state, envelope, event);
  }

  static ClockChange starts(std::string clock, std::uint16_t lane, std::string holder,
                            Instant due) {
    ClockChange change;
    change.key = {std::move(clock), lane, "", 0};
    change.action = ClockAction::start;
    change.holder = std::move(holder);
    change.due = due;
    change.thresholds = {{ThresholdKind::warn, due - 72h, Colour::yellow, ""},
                         {ThresholdKind::miss, due, Colour::red, ""}};
    return change;
  }

  void collect() {
    Collected body;
    body.kind = Kind::suggestion;
    body.title = "升平路排水管道";
    body.station = "s1";
    body.region = "431002";
    body.category = "城乡建设/排水";
    body.deputies = {{"d1", Part::lead, "", ""}, {"d2", Part::cosigner, "", ""}};
    happens(body, "collected", 0h);
  }
  void hand_off() {
    HandedOff body;
    body.lead = "o1";
    body.lanes = {{1, "o1", LaneRole::lead}, {2, "o2", LaneRole::co}};
    happens(body, "handed-off", 24h, {starts("reply", 1, "o1", start + 2400h)});
  }
  void reply() {
    Replied body;
    body.lane = 1;
    body.class_code = "B";
    body.meaning = ClassMeaning::in_progress;
    ClockChange stop;
    stop.key = {"reply", 1, "", 0};
    stop.action = ClockAction::stop;
    happens(body, "replied", 1000h, {stop});
  }

  std::multiset<std::string> keys(Family family) const {
    RowSet rows(3);
    append_rows(rows, state);
    std::multiset<std::string> out;
    for (const auto& row : rows.rows()) {
      if (row.family == family) out.emplace(rows.key(row));
    }
    return out;
  }
  // How many rows of a family hold this text in their key.
  std::size_t with(Family family, std::string_view text) const {
    std::size_t count = 0;
    for (const auto& key : keys(family)) count += key.find(text) != std::string::npos;
    return count;
  }
};

TEST(Rows, EveryKeyBeginsWithItsPartition) {
  History h;
  h.collect();
  h.hand_off();
  for (const Family family : {Family::index, Family::due, Family::load, Family::stats}) {
    ASSERT_FALSE(h.keys(family).empty());
    for (const auto& key : h.keys(family)) {
      EXPECT_EQ(key.substr(0, 2), std::string("\0\3", 2));
    }
  }
}

TEST(Rows, ACaseIsListedUnderAllThatItIs) {
  History h;
  h.collect();
  h.hand_off();
  for (const char* value : {"handed-off", "o1", "o2", "d1", "d2", "s1", "431002", "431000"}) {
    EXPECT_EQ(h.with(Family::index, std::string(value) + '\0'), 1U) << value;
  }
  EXPECT_EQ(h.with(Family::index, "城乡建设/排水"), 1U);
  EXPECT_EQ(h.with(Family::index, "城乡建设"), 2U);  // and under the head of the path
  EXPECT_EQ(h.with(Family::index, "collected"), 0U);
}

TEST(Rows, AReturnedLaneIsListedNoMore) {
  History h;
  h.collect();
  h.hand_off();
  h.happens(ReturnRequested{1, "非本单位职责", ""}, "handed-off", 48h);
  EXPECT_EQ(h.with(Family::index, std::string("o1") + '\0'), 1U);
  h.happens(ReturnDecided{1, true, ""}, "handed-off", 60h);
  EXPECT_EQ(h.with(Family::index, std::string("o1") + '\0'), 0U);
  EXPECT_EQ(status_row(h.state).organs, std::vector<std::string>{"o2"});
}

TEST(Rows, AClockIsDueByItsNextThresholdAndOverdueOnceItSpoke) {
  History h;
  h.collect();
  h.hand_off();
  EXPECT_EQ(h.keys(Family::due).size(), 1U);
  EXPECT_TRUE(h.keys(Family::overdue).empty());
  const auto before = h.keys(Family::due);
  h.happens(DeadlineWarned{{"reply", 1, "", 0}, start + 2400h, Colour::yellow, "o1"}, "handed-off",
            2328h);
  EXPECT_NE(h.keys(Family::due), before);
  // all, holder, two regions, two deputies, station
  EXPECT_EQ(h.keys(Family::overdue).size(), 7U);
  EXPECT_FALSE(status_row(h.state).overdue);
  h.happens(DeadlineMissed{{"reply", 1, "", 0}, start + 2400h, "o1"}, "handed-off", 2400h);
  EXPECT_TRUE(status_row(h.state).overdue);
  EXPECT_TRUE(h.keys(Family::due).empty());
  h.reply();
  EXPECT_TRUE(h.keys(Family::overdue).empty());
  EXPECT_FALSE(status_row(h.state).overdue);
}

TEST(Rows, AReopenedCaseHasNotEnded) {
  History history;
  history.collect();
  history.hand_off();
  history.reply();
  history.happens(Closed{}, "closed", 1100h, {}, true);
  EXPECT_TRUE(history.state.ended);
  EXPECT_EQ(history.state.end_event, "closed");
  history.happens(Archived{}, "archived", 1200h, {}, true);
  EXPECT_EQ(history.state.end_event, "closed");
  history.happens(Reopened{.reason = "it leaks again"}, "replied", 1300h);
  EXPECT_FALSE(history.state.ended);
  EXPECT_EQ(history.state.end_event, "");
  history.happens(Withdrawn{}, "withdrawn", 1400h, {}, true);
  EXPECT_EQ(history.state.end_event, "withdrawn");
}

TEST(Rows, StatusSaysWhatListsShow) {
  History h;
  h.collect();
  h.hand_off();
  h.reply();
  const StatusRow row = status_row(h.state);
  EXPECT_EQ(row.title, "升平路排水管道");
  EXPECT_EQ(row.class_code, "B");
  EXPECT_TRUE(row.promised);
  EXPECT_EQ(row.deputies, (std::vector<std::string>{"d1", "d2"}));
  EXPECT_FALSE(row.due);
  EXPECT_EQ(row.version, 3U);
}

}  // namespace
}  // namespace huiyin::projections
