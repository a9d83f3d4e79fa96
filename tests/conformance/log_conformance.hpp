// What every EventLog must do. A log's test says how to make one:
//
//   struct Harness {
//     explicit Harness(events::Partition partitions);  // an empty log of its own
//     events::EventLog& log();
//     void reopen();  // the same log, closed and opened again
//   };
//   INSTANTIATE_TYPED_TEST_SUITE_P(Local, LogConformance, Harness);
#pragma once

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "events/envelope.hpp"
#include "events/event_log.hpp"

namespace huiyin::conformance {

// A real frame, since a log may store it otherwise than as bytes (Kafka: headers and value).
inline events::LogRecord record(events::Position position, std::size_t data_bytes = 40) {
  events::Envelope envelope;
  envelope.id = "01890a5d-ac96-774b-bcce-b302099a8057";
  envelope.type = "huiyin.case.urged.v1";
  envelope.source = "/huiyin/test";
  envelope.subject = "case-" + std::to_string(position.sequence % 7);
  envelope.time = events::Instant{
      std::chrono::milliseconds{1'700'000'000'000 + static_cast<std::int64_t>(position.sequence)}};
  envelope.sequence = position.sequence;
  envelope.subject_version = 1;
  envelope.actor = "officer-1";
  envelope.command_id = "c-" + events::format_position(position);
  std::string data = R"({"text":")";
  const std::string seed = events::format_position(position) + " ";
  while (data.size() + 2 < data_bytes) data += seed;
  data += R"("})";
  events::LogRecord made{position, {}};
  events::append_frame(made.frame, envelope, data);
  return made;
}

inline std::vector<events::LogRecord> records(events::Partition partition, events::Sequence first,
                                              events::Sequence last, std::size_t data_bytes = 40) {
  std::vector<events::LogRecord> made;
  for (auto sequence = first; sequence <= last; ++sequence) {
    made.push_back(record({partition, sequence}, data_bytes));
  }
  return made;
}

// Reads on from where the reader stands and expects record() at every position up to `last`.
inline void expect_up_to(events::LogReader& reader, events::Sequence first, events::Sequence last,
                         events::Partition partition, std::size_t data_bytes = 40) {
  for (auto sequence = first; sequence <= last; ++sequence) {
    const auto frame = reader.next();
    ASSERT_TRUE(frame.has_value()) << frame.error().detail;
    ASSERT_TRUE(frame->has_value()) << "ended before " << partition << ":" << sequence;
    ASSERT_EQ(**frame, record({partition, sequence}, data_bytes).frame);
    ASSERT_EQ(reader.position(), (events::Position{partition, sequence}));
  }
  const auto after = reader.next();
  ASSERT_TRUE(after.has_value()) << after.error().detail;
  ASSERT_FALSE(after->has_value()) << "more than " << last;
}

template <class Harness>
class LogConformance : public testing::Test {
 protected:
  Harness harness{4};
  events::EventLog& log() { return harness.log(); }
  void append(const std::vector<events::LogRecord>& batch) {
    const auto done = log().append(batch);
    ASSERT_TRUE(done.has_value()) << done.error().detail;
  }
  void expect_gap(const std::vector<events::LogRecord>& batch) {
    const auto done = log().append(batch);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, events::LogErrorCode::gap) << done.error().detail;
  }
};

TYPED_TEST_SUITE_P(LogConformance);

TYPED_TEST_P(LogConformance, AnEmptyLogEndsAtZero) {
  EXPECT_EQ(this->log().partitions(), 4);
  for (events::Partition p = 0; p < 4; ++p) {
    EXPECT_EQ(this->log().end(p), 0u);
    const auto reader = this->log().read(p, 1);
    EXPECT_EQ(reader->position(), (events::Position{p, 0}));
    expect_up_to(*reader, 1, 0, p);
  }
  const auto nothing = this->log().get({0, 1});
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().code, events::LogErrorCode::missing);
  this->append({});
}

TYPED_TEST_P(LogConformance, ReadsWhatWasAppendedVerbatim) {
  auto batch = records(0, 1, 3);
  for (auto& more : records(2, 1, 2)) batch.push_back(more);
  this->append(batch);
  EXPECT_EQ(this->log().end(0), 3u);
  EXPECT_EQ(this->log().end(1), 0u);
  EXPECT_EQ(this->log().end(2), 2u);
  expect_up_to(*this->log().read(0, 1), 1, 3, 0);
  expect_up_to(*this->log().read(2, 2), 2, 2, 2);
  expect_up_to(*this->log().read(0, 0), 1, 3, 0);
  expect_up_to(*this->log().read(0, 9), 9, 8, 0);
  const auto one = this->log().get({2, 1});
  ASSERT_TRUE(one.has_value()) << one.error().detail;
  EXPECT_EQ(*one, record({2, 1}).frame);
}

TYPED_TEST_P(LogConformance, RefusesWhatDoesNotContinueAndKeepsNothingOfIt) {
  this->append(records(1, 1, 2));
  this->expect_gap(records(1, 4, 4));                  // a hole
  this->expect_gap(records(1, 2, 2));                  // again
  this->expect_gap({record({1, 3}), record({1, 5})});  // a hole inside the batch
  this->expect_gap({record({0, 1}), record({1, 0})});  // the good half is not kept either
  this->expect_gap(records(4, 1, 1));                  // no such partition
  EXPECT_EQ(this->log().end(0), 0u);
  EXPECT_EQ(this->log().end(1), 2u);
  expect_up_to(*this->log().read(0, 1), 1, 0, 0);
  this->append(records(1, 3, 3));
  expect_up_to(*this->log().read(1, 1), 1, 3, 1);
}

TYPED_TEST_P(LogConformance, AReaderGoesOnAfterTheEnd) {
  const auto reader = this->log().read(3, 1);
  expect_up_to(*reader, 1, 0, 3);
  this->append(records(3, 1, 2));
  expect_up_to(*reader, 1, 2, 3);
  this->append(records(3, 3, 3));
  this->append(records(3, 4, 9));
  expect_up_to(*reader, 3, 9, 3);
}

TYPED_TEST_P(LogConformance, KeepsEverythingOverReopening) {
  this->append(records(0, 1, 5));
  this->append(records(1, 1, 1, 60'000));
  this->harness.reopen();
  EXPECT_EQ(this->log().partitions(), 4);
  EXPECT_EQ(this->log().end(0), 5u);
  expect_up_to(*this->log().read(0, 1), 1, 5, 0);
  expect_up_to(*this->log().read(1, 1), 1, 1, 1, 60'000);
  this->append(records(0, 6, 6));
  this->harness.reopen();
  expect_up_to(*this->log().read(0, 1), 1, 6, 0);
}

TYPED_TEST_P(LogConformance, OrdersAHundredThousandRecords) {
  constexpr events::Sequence each = 25'000;
  for (events::Sequence first = 1; first <= each; first += 1'000) {
    std::vector<events::LogRecord> batch;
    for (auto sequence = first; sequence < first + 1'000; ++sequence) {
      for (events::Partition p = 0; p < 4; ++p) batch.push_back(record({p, sequence}));
    }
    this->append(batch);
  }
  for (events::Partition p = 0; p < 4; ++p) expect_up_to(*this->log().read(p, 1), 1, each, p);
}

TYPED_TEST_P(LogConformance, ReadersRunBesideTheWriter) {
  constexpr events::Sequence last = 4'000;
  std::atomic<bool> failed = false;
  const auto follow = [&] {
    const auto reader = this->log().read(0, 1);
    events::Sequence expected = 1;
    while (expected <= last && !failed) {
      const auto frame = reader->next();
      if (!frame || (*frame && **frame != record({0, expected}).frame)) failed = true;
      if (frame && *frame) {
        if (reader->position().sequence > this->log().end(0)) failed = true;
        if (expected % 100 == 0 && !this->log().get({0, expected})) failed = true;
        ++expected;
      } else {
        std::this_thread::yield();
      }
    }
  };
  {
    const std::jthread first(follow);
    const std::jthread second(follow);
    for (events::Sequence from = 1; from <= last && !failed; from += 100) {
      if (!this->log().append(records(0, from, from + 99))) failed = true;
    }
  }
  EXPECT_FALSE(failed);
}

REGISTER_TYPED_TEST_SUITE_P(LogConformance, AnEmptyLogEndsAtZero, ReadsWhatWasAppendedVerbatim,
                            RefusesWhatDoesNotContinueAndKeepsNothingOfIt, AReaderGoesOnAfterTheEnd,
                            KeepsEverythingOverReopening, OrdersAHundredThousandRecords,
                            ReadersRunBesideTheWriter);

}  // namespace huiyin::conformance
