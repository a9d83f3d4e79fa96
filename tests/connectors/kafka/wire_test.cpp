// What any Kafka client reads, and that the frame comes out of it as it went in.
#include "cluster.hpp"
#include "conformance/log_conformance.hpp"
#include "raw.hpp"

namespace huiyin::kafka {
namespace {

using conformance::record;

events::LogRecord full_record() {
  events::Envelope e;
  e.id = "018d75c1-4e9b-7000-8000-0000000004d2";
  e.type = "huiyin.case.replied.v1";
  e.source = "/huiyin/hunan";
  e.subject = "430000-14-0001";
  e.time = events::Instant{std::chrono::milliseconds{1'707'094'923'004}};
  e.sequence = 1;
  e.subject_version = 7;
  e.actor = "officer-1";
  e.role = events::Role::deputy;
  e.behalf = "代表-1";
  e.command_id = "018d75c1-4e9a-7000-8000-000000000001";
  e.command_hash = "5e2bf57d3f40c4b6df69daf1936cb766";
  e.process = "suggestion@3";
  e.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  events::LogRecord made{{0, 1}, {}};
  events::append_frame(made.frame, e, R"({"text":"已答复 \u0000"})");
  return made;
}

using WireTest = KafkaTest;

TEST_F(WireTest, IsACloudEventInBinaryMode) {
  make_events(1);
  const auto log = open("mirror");
  take_over_or_fail(*log, 0);
  const std::array records{full_record()};
  const std::array<std::int64_t, 1> command_offsets{41};
  const auto done = log->transact(0, records, {.command_offsets = command_offsets});
  ASSERT_TRUE(done.has_value()) << done.error().detail;

  const auto seen = read_all(settings, events_topic, 0);
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].key, "430000-14-0001");
  EXPECT_EQ(seen[0].value, R"({"text":"已答复 \u0000"})");
  EXPECT_EQ(seen[0].timestamp_ms, 1'707'094'923'004);
  const std::vector<std::pair<std::string, std::string>> expected{
      {"content-type", "application/json"},
      {"ce_specversion", "1.0"},
      {"ce_id", "018d75c1-4e9b-7000-8000-0000000004d2"},
      {"ce_type", "huiyin.case.replied.v1"},
      {"ce_source", "/huiyin/hunan"},
      {"ce_subject", "430000-14-0001"},
      {"ce_time", "2024-02-05T01:02:03.004Z"},
      {"ce_sequence", "1"},
      {"ce_subjectversion", "7"},
      {"ce_actor", "officer-1"},
      {"ce_role", "deputy"},
      {"ce_behalf", "代表-1"},
      {"ce_commandid", "018d75c1-4e9a-7000-8000-000000000001"},
      {"ce_commandhash", "5e2bf57d3f40c4b6df69daf1936cb766"},
      {"ce_process", "suggestion@3"},
      {"ce_traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
      {"commandoffset", "41"}};
  EXPECT_EQ(seen[0].headers, expected);

  // Another machine makes the same frame of it, and knows the command.
  const auto other = open("other");
  take_over_or_fail(*other, 0);
  EXPECT_EQ(other->get({0, 1}), records[0].frame);
  EXPECT_EQ(other->last_command_offset(0), 41);
}

TEST_F(WireTest, AFrameThatATopicCannotCarryIsRefused) {
  make_events(1);
  const auto log = open("mirror");
  take_over_or_fail(*log, 0);
  auto made = record({0, 1});
  made.frame.back() ^= 1;
  auto done = log->append(std::array{made});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, events::LogErrorCode::corrupt);
  made.frame = record({0, 2}).frame;  // says another sequence than its position
  done = log->append(std::array{made});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, events::LogErrorCode::corrupt);
  append_or_fail(*log, {record({0, 1})});
}

}  // namespace
}  // namespace huiyin::kafka
