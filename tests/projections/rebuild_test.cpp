#include "projections/rebuild.hpp"

#include <random>

#include <gtest/gtest.h>

#include "events/case_codec.hpp"
#include "projections/case_fold.hpp"
#include "projections/fingerprint.hpp"
#include "support/case_lives.hpp"
#include "support/memory_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::projections {
namespace {

using test::CaseLives;
using test::MemoryLog;
using test::TempDir;
using namespace std::chrono_literals;

constexpr Partition partitions = 3;

std::unique_ptr<ViewStore> fresh_store(const TempDir& directory) {
  auto store =
      ViewStore::open_generation(directory.path(), next_generation(directory.path()), partitions);
  EXPECT_TRUE(store) << store.error().detail;
  return std::move(*store);
}

void expect_equal(const ViewStore& left, const ViewStore& right) {
  const auto compared = compare(left, right);
  ASSERT_TRUE(compared) << compared.error().detail;
  EXPECT_TRUE(compared->comparable);
  for (const Difference& difference : compared->differences) {
    ADD_FAILURE() << "partition " << difference.partition << " family "
                  << events::name_of(difference.family) << ": " << difference.left.rows << " rows, "
                  << difference.right.rows << " rows; "
                  << (difference.keys.empty() ? "" : difference.keys.front());
  }
}

// Cases as a plain fold of the log has them.
std::map<std::string, CaseState> plain_fold(const MemoryLog& log, const Cut& cut) {
  std::map<std::string, CaseState> states;
  std::map<std::string, bool> ended;
  events::json::Parser parser;
  for (Partition p = 0; p < log.partitions(); ++p) {
    const auto reader = log.read(p, 1);
    for (auto bytes = reader->next(); bytes && *bytes; bytes = reader->next()) {
      const auto frame = events::decode_frame(**bytes);
      const auto& envelope = frame->envelope;
      const auto event = events::decode_case_event(parser, envelope.type, frame->data);
      bool& over = ended[std::string(envelope.subject)];
      over = over || (cut.known_at && envelope.time > *cut.known_at) ||
             (cut.as_of && event->common.occurred_at > *cut.as_of);
      if (!over) fold(states[std::string(envelope.subject)], envelope, *event);
    }
  }
  return states;
}

class RandomStreams : public testing::TestWithParam<std::uint64_t> {};

// 用数据说话 (S2-7): every figure comes out of the records again.
TEST_P(RandomStreams, LiveEqualsRebuilt) {
  SCOPED_TRACE("seed " + std::to_string(GetParam()));
  TempDir directory;
  MemoryLog log(partitions);
  CaseLives lives(partitions, {.seed = GetParam()});
  const auto live = fresh_store(directory);
  std::mt19937_64 random(GetParam());
  for (int step = 0; step < 8; ++step) {
    ASSERT_TRUE(log.append(lives.next(1 + random() % 1500)));
    ASSERT_TRUE(catch_up(log, *live, {.batch_events = 1 + random() % 300}));
  }
  const auto rebuilt = fresh_store(directory);
  const auto report = rebuild(log, *rebuilt);
  ASSERT_TRUE(report) << report.error().detail;
  EXPECT_EQ(report->cases, lives.cases());
  expect_equal(*live, *rebuilt);

  // With states spilled to the store all along.
  const auto small = fresh_store(directory);
  ASSERT_TRUE(rebuild(log, *small, {.threads = 1, .state_bytes = 50'000}));
  expect_equal(*live, *small);

  // And it goes on from there as if it had been live always.
  ASSERT_TRUE(log.append(lives.next(500)));
  ASSERT_TRUE(catch_up(log, *live));
  ASSERT_TRUE(catch_up(log, *rebuilt));
  expect_equal(*live, *rebuilt);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomStreams, testing::Values(1, 2, 3, std::random_device{}()));

TEST(Rebuild, OldCommandsAreForgottenAlike) {
  TempDir directory;
  MemoryLog log(partitions);
  CaseLives lives(partitions, {.seed = 5, .pace = 10min});  // 3,000 events are 20 days
  const auto live = fresh_store(directory);
  ASSERT_TRUE(log.append(lives.next(3000)));
  ASSERT_TRUE(catch_up(log, *live));
  const auto rebuilt = fresh_store(directory);
  ASSERT_TRUE(rebuild(log, *rebuilt));
  expect_equal(*live, *rebuilt);
  EXPECT_FALSE(rebuilt->find_command("command-5-100"));
  EXPECT_TRUE(rebuilt->find_command("command-5-2900"));
}

TEST(Rebuild, ADifferenceIsNamed) {
  TempDir directory;
  MemoryLog log(partitions);
  CaseLives lives(partitions, {.seed = 6});
  ASSERT_TRUE(log.append(lives.next(1000)));
  const auto left = fresh_store(directory);
  const auto right = fresh_store(directory);
  ASSERT_TRUE(rebuild(log, *left));
  ASSERT_TRUE(rebuild(log, *right));
  const std::string id = lives.case_id(3);
  ViewBatch wrong;
  auto state = std::make_shared<CaseState>(**right->load_state(id));
  state->title = "something else";
  wrong.changes.push_back(
      {events::partition_of(id, partitions), *right->load_state(id), state, {}});
  ASSERT_TRUE(right->apply(wrong));
  const auto compared = compare(*left, *right);
  ASSERT_TRUE(compared);
  EXPECT_TRUE(compared->comparable);
  ASSERT_EQ(compared->differences.size(), 2U);
  EXPECT_EQ(compared->differences[0].family, Family::state);
  EXPECT_EQ(compared->differences[1].family, Family::status);
  ASSERT_EQ(compared->differences[0].keys.size(), 1U);
  EXPECT_NE(compared->differences[0].keys[0].find(id), std::string::npos);
}

TEST(Rebuild, CutsGiveThePrefixesThatTheySay) {
  TempDir directory;
  MemoryLog log(partitions);
  CaseLives lives(partitions, {.seed = 8});
  ASSERT_TRUE(log.append(lives.next(3000)));
  const Instant middle{std::chrono::sys_days{std::chrono::year{2023} / 1 / 3} + 1500s};
  for (const Cut& cut : {Cut{.as_of = middle}, Cut{.known_at = middle},
                         Cut{.as_of = middle + 100s, .known_at = middle}}) {
    const auto store = fresh_store(directory);
    ASSERT_TRUE(rebuild(log, *store, {.cut = cut}));
    const auto expected = plain_fold(log, cut);
    ASSERT_GT(expected.size(), 100U);
    for (std::size_t i = 0; i < lives.cases(); ++i) {
      const auto state = store->load_state(lives.case_id(i));
      ASSERT_TRUE(state);
      const auto wanted = expected.find(lives.case_id(i));
      ASSERT_EQ(*state != nullptr, wanted != expected.end() && wanted->second.version > 0);
      if (*state) EXPECT_EQ(**state, wanted->second);
    }
  }
  // Positions: live views that stopped there are the same.
  const auto live = fresh_store(directory);
  ASSERT_TRUE(catch_up(log, *live));
  std::vector<Sequence> upto;
  upto.reserve(partitions);
  for (Partition p = 0; p < partitions; ++p) upto.push_back(log.end(p));
  ASSERT_TRUE(log.append(lives.next(500)));
  const auto rebuilt = fresh_store(directory);
  ASSERT_TRUE(rebuild(log, *rebuilt, {.cut = {.upto = upto}}));
  expect_equal(*live, *rebuilt);
}

struct Damage : testing::Test {
  TempDir directory;
  MemoryLog log{partitions};
  CaseLives lives{partitions, {.seed = 9}};

  void SetUp() override { ASSERT_TRUE(log.append(lives.next(600))); }
  // Replaces the frame there by one with a changed envelope or data.
  template <class Change>
  void rewrite(Position at, Change change) {
    const std::string old = log.frame(at);
    const auto frame = events::decode_frame(old);
    auto envelope = events::to_owned(frame->envelope);
    std::string data(frame->data);
    change(envelope, data);
    log.frame(at).clear();
    events::append_frame(log.frame(at), envelope, data);
  }
  void expect_stop(Position at, ReplayErrorCode code) {
    for (const bool live : {false, true}) {
      const auto store = fresh_store(directory);
      std::optional<ReplayError> error;
      if (live) {
        const auto done = catch_up(log, *store);
        if (!done) error = done.error();
      } else {
        const auto done = rebuild(log, *store);
        if (!done) error = done.error();
      }
      ASSERT_TRUE(error);
      EXPECT_EQ(error->code, code) << error->detail;
      EXPECT_EQ(error->position, at) << error->detail;
      EXPECT_NE(error->detail.find(events::format_position(at)), std::string::npos);
    }
  }
};

TEST_F(Damage, AFlippedByte) {
  log.frame({1, 40})[100] ^= 1;
  expect_stop({1, 40}, ReplayErrorCode::checksum);
}
TEST_F(Damage, AnUnknownType) {
  rewrite({2, 30}, [](auto& envelope, auto&) { envelope.type = "huiyin.case.replied.v9"; });
  expect_stop({2, 30}, ReplayErrorCode::unknown_type);
}
TEST_F(Damage, UnreadableData) {
  rewrite({2, 30}, [](auto&, auto& data) { data = "{}"; });
  expect_stop({2, 30}, ReplayErrorCode::undecodable);
}
TEST_F(Damage, AMissingVersion) {
  rewrite({0, 50}, [](auto& envelope, auto&) { envelope.subject_version += 1; });
  expect_stop({0, 50}, ReplayErrorCode::version_gap);
}
TEST_F(Damage, AMissingSequence) {
  rewrite({0, 50}, [](auto& envelope, auto&) { envelope.sequence += 1; });
  expect_stop({0, 50}, ReplayErrorCode::sequence_gap);
}

// A mirror grows as records come, not as commands do.
TEST(CatchUp, ACommandThatCameInPiecesIsOne) {
  TempDir directory;
  MemoryLog log(1);
  CaseLives lives(1, {.seed = 11});
  const auto store_of_one = [&] {
    return ViewStore::open_generation(directory.path(), next_generation(directory.path()), 1);
  };
  const auto live = store_of_one();
  ASSERT_TRUE(live);
  constexpr Sequence events_of_a_command = 5;
  const auto command_of = [](Sequence sequence) {
    return "command-" + std::to_string((sequence - 1) / events_of_a_command);
  };
  for (int step = 0; step < 20; ++step) {
    auto records = lives.next(1 + static_cast<std::size_t>(step % 7));
    for (events::LogRecord& record : records) {
      const std::string old = record.frame;
      const auto frame = events::decode_frame(old);
      auto envelope = events::to_owned(frame->envelope);
      envelope.command_id = command_of(record.position.sequence);
      record.frame.clear();
      events::append_frame(record.frame, envelope, frame->data);
    }
    ASSERT_TRUE(log.append(records));
    ASSERT_TRUE(catch_up(log, **live));
  }
  const auto rebuilt = store_of_one();
  ASSERT_TRUE(rebuilt && rebuild(log, **rebuilt));
  expect_equal(**live, **rebuilt);
  for (Sequence first = 1; first + events_of_a_command <= log.end(0);
       first += events_of_a_command) {
    const auto record = (*live)->find_command(command_of(first));
    ASSERT_TRUE(record) << first;
    EXPECT_EQ(record->first, (Position{0, first}));
    EXPECT_EQ(record->count, events_of_a_command);
  }
}

TEST(CatchUp, ALogThatLostItsEndIsNamed) {
  TempDir directory;
  MemoryLog log(partitions);
  CaseLives lives(partitions, {.seed = 10});
  ASSERT_TRUE(log.append(lives.next(100)));
  const auto store = fresh_store(directory);
  ASSERT_TRUE(catch_up(log, *store));
  const MemoryLog shorter(partitions);
  const auto done = catch_up(shorter, *store);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().detail.find("events were lost"), std::string::npos);
}

}  // namespace
}  // namespace huiyin::projections
