// The checker itself: a sound history passes, and each kind of damage is found.
#include "history_check.hpp"

#include <functional>

#include <gtest/gtest.h>

namespace huiyin::faults {
namespace {

struct Event {
  events::Partition partition = 0;
  events::Sequence sequence = 0;
  std::uint32_t version = 0;
  std::string subject, id, command;
  std::int64_t time_ms = 0;
};

// Two partitions, three cases, ten commands of two events each.
std::vector<Event> sound() {
  std::vector<Event> out;
  std::map<std::string, std::uint32_t> versions;
  std::map<events::Partition, events::Sequence> ends;
  for (int i = 0; i < 20; ++i) {
    const int command = i / 2;
    const std::string subject = "case-" + std::to_string(command % 3);
    const auto partition = static_cast<events::Partition>(command % 3 == 0 ? 0 : 1);
    out.push_back({partition, ++ends[partition], ++versions[subject], subject,
                   "e-" + std::to_string(i), "c-" + std::to_string(command), 1'000 + i});
  }
  return out;
}

std::uint64_t problems(const std::vector<Event>& history) {
  HistoryCheck check;
  for (const Event& e : history) {
    events::EnvelopeView view;
    view.sequence = e.sequence;
    view.subject_version = e.version;
    view.subject = e.subject;
    view.id = e.id;
    view.command_id = e.command;
    view.time = events::Instant{std::chrono::milliseconds{e.time_ms}};
    check.add(e.partition, view);
  }
  for (const Event& e : sound()) {
    if (e.id == "e-3")
      check.expect({events::format_position({e.partition, e.sequence}), {"e-2", "e-3"}});
  }
  return check.failed();
}

TEST(HistoryCheck, TakesASoundHistory) { EXPECT_EQ(problems(sound()), 0U); }

TEST(HistoryCheck, FindsALostEvent) {
  for (std::size_t i = 0; i + 4 < sound().size(); ++i) {  // the ends: below
    auto history = sound();
    history.erase(history.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_GT(problems(history), 0U) << i;
  }
}

TEST(HistoryCheck, FindsALostEndThatWasAcknowledged) {
  auto history = sound();
  std::erase_if(history, [](const Event& e) { return e.subject == "case-1"; });
  std::map<events::Partition, events::Sequence> ends;
  for (Event& e : history) e.sequence = ++ends[e.partition];  // gapless, as if it had never been
  EXPECT_GT(problems(history), 0U);
}

TEST(HistoryCheck, FindsADoubledEvent) {
  for (std::size_t i = 0; i < sound().size(); ++i) {
    auto history = sound();
    history.insert(history.begin() + static_cast<std::ptrdiff_t>(i), history[i]);
    EXPECT_GT(problems(history), 0U) << i;
  }
}

TEST(HistoryCheck, FindsACommandThatWasDoneTwice) {
  auto history = sound();
  Event again = history.front();  // with an id, a version and a sequence of its own
  again.id = "e-100";
  for (const Event& e : history) {
    if (e.partition == again.partition) again.sequence = e.sequence + 1;
    if (e.subject == again.subject) again.version = e.version + 1;
  }
  again.time_ms = 2'000;
  history.push_back(again);
  EXPECT_EQ(problems(history), 1U);
}

TEST(HistoryCheck, FindsEventsThatChangedPlaces) {
  for (std::size_t i = 0; i + 1 < sound().size(); ++i) {
    auto history = sound();
    if (history[i].partition != history[i + 1].partition) continue;
    std::swap(history[i], history[i + 1]);
    EXPECT_GT(problems(history), 0U) << i;
  }
}

TEST(HistoryCheck, FindsATimeThatGoesBack) {
  auto history = sound();
  history.back().time_ms = 1;
  EXPECT_EQ(problems(history), 1U);
}

}  // namespace
}  // namespace huiyin::faults
