// kill -9 at random moments: whatever had been acknowledged is there exactly once, versions and
// sequences are gapless, the views equal a rebuild, and every follow-up is settled once.
#include <chrono>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "events/case_codec.hpp"
#include "events/envelope.hpp"
#include "faults/victim_process.hpp"
#include "local_log/local_log.hpp"
#include "projections/fingerprint.hpp"
#include "projections/rebuild.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::test {
namespace {

constexpr int kills = 50;

// Cases are "c-0" …; of each ten, one is converted into "s-…".
class Load {
 public:
  explicit Load(std::uint64_t seed) : random_(seed) {}

  std::string next_lines(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += next_line();
    return out;
  }
  // Returns false for an answer that no correct server gives.
  bool take(const std::string& line) {
    const auto space = line.find(' ');
    const std::uint64_t token = std::stoull(line.substr(0, space));
    const std::string word = line.substr(space + 1);
    unanswered_.erase(token);
    if (word == "ok") {
      acknowledged_.insert(token);
    } else if (word.starts_with("no ")) {
      refused_.insert(token);
    } else {
      return false;
    }
    return true;
  }
  // What was sent and not answered, to be sent again with the same ids.
  std::string unanswered_lines() const {
    std::string out;
    for (const auto& [token, line] : unanswered_) out += line;
    return out;
  }
  std::size_t unanswered() const { return unanswered_.size(); }
  const std::set<std::uint64_t>& acknowledged() const { return acknowledged_; }
  const std::set<std::uint64_t>& refused() const { return refused_; }

 private:
  std::string next_line() {
    const std::uint64_t token = ++token_;
    const std::uint64_t dice = random_() % 10;
    std::string what = "note";
    std::uint64_t number = cases_ > 0 ? random_() % cases_ : 0;
    if (cases_ == 0 || dice < 3) {
      number = cases_++;
      what = "collect";
    } else if (dice == 3) {
      what = "accept";
    } else if (dice == 4) {
      what = "convert-to:s-" + std::to_string(number);
    }
    std::string line = std::to_string(token) + " c-" + std::to_string(number) + " " + what + "\n";
    unanswered_.emplace(token, line);
    return line;
  }

  std::mt19937_64 random_;
  std::uint64_t token_ = 0;
  std::uint64_t cases_ = 0;
  std::map<std::uint64_t, std::string> unanswered_;
  std::set<std::uint64_t> acknowledged_, refused_;
};

// Reads the log as an outsider.
void expect_log_holds(const events::EventLog& log, const Load& load) {
  std::map<std::string, std::uint32_t, std::less<>> versions;
  std::map<std::string, int, std::less<>> commands, follow_ups_settled;
  std::set<std::string> event_ids;
  events::json::Parser parser;
  for (events::Partition partition = 0; partition < log.partitions(); ++partition) {
    const auto reader = log.read(partition, 1);
    events::Sequence sequence = 0;
    for (;;) {
      const auto frame = reader->next();
      ASSERT_TRUE(frame.has_value()) << frame.error().detail;
      if (!*frame) break;
      const auto decoded = events::decode_frame(**frame);
      ASSERT_TRUE(decoded.has_value()) << decoded.error();
      const auto& envelope = decoded->envelope;
      ASSERT_EQ(envelope.sequence, ++sequence);
      ASSERT_EQ(envelope.subject_version, ++versions[std::string(envelope.subject)]);
      ASSERT_TRUE(event_ids.insert(std::string(envelope.id)).second);
      if (!envelope.command_id.empty()) ++commands[std::string(envelope.command_id)];
      const auto event = events::decode_case_event(parser, envelope.type, decoded->data);
      ASSERT_TRUE(event.has_value());
      if (const auto* settled = std::get_if<events::Settled>(&event->body)) {
        ++follow_ups_settled[std::string(envelope.subject) + " " + settled->follow_up];
      }
    }
  }
  for (const std::uint64_t token : load.acknowledged()) {
    ASSERT_EQ(commands["token-" + std::to_string(token)], 1) << token;
  }
  for (const std::uint64_t token : load.refused()) {
    ASSERT_FALSE(commands.contains("token-" + std::to_string(token))) << token;
  }
  for (const auto& [id, times] : commands) ASSERT_EQ(times, 1) << id;
  for (const auto& [id, times] : follow_ups_settled) ASSERT_EQ(times, 1) << id;
}

void expect_views_equal_a_rebuild(const events::EventLog& log,
                                  const std::filesystem::path& directory) {
  auto live = projections::ViewStore::open(directory / "views", log.partitions());
  ASSERT_TRUE(live.has_value()) << live.error().detail;
  ASSERT_TRUE(projections::catch_up(log, **live).has_value());
  const TempDir shadow;
  auto fresh = projections::ViewStore::open(shadow.path() / "views", log.partitions());
  ASSERT_TRUE(fresh.has_value());
  const auto rebuilt = projections::rebuild(log, **fresh);
  ASSERT_TRUE(rebuilt.has_value()) << rebuilt.error().detail;
  const auto compared = projections::compare(**live, **fresh);
  ASSERT_TRUE(compared.has_value() && compared->comparable);
  for (const auto& difference : compared->differences) {
    ADD_FAILURE() << events::name_of(difference.family) << " of partition " << difference.partition
                  << " differs: " << (difference.keys.empty() ? "" : difference.keys.front());
  }
}

void verify(const std::filesystem::path& directory, const Load& load, bool views_too) {
  auto log = local_log::LocalLog::open(directory / "log", local_log::OpenMode::existing);
  ASSERT_TRUE(log.has_value()) << log.error().detail;
  expect_log_holds(**log, load);
  if (views_too) expect_views_equal_a_rebuild(**log, directory);
}

void wait_until_ready(VictimProcess& victim) {
  for (;;) {
    const auto lines = victim.receive(10'000);
    ASSERT_TRUE(lines.has_value()) << "the victim did not start";
    if (!lines->empty() && lines->front() == "ready") return;
    ASSERT_FALSE(lines->empty()) << "the victim does not get ready";
  }
}

TEST(Kill, NothingAcknowledgedIsLostOrDoubled) {
  std::uint64_t seed = std::random_device{}();
  // NOLINTNEXTLINE(concurrency-mt-unsafe)
  if (const char* given = std::getenv("HUIYIN_SEED")) seed = std::stoull(given);
  std::printf("HUIYIN_SEED=%llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  const TempDir directory;
  Load load(seed);

  for (int kill = 0; kill < kills; ++kill) {
    SCOPED_TRACE("kill " + std::to_string(kill));
    VictimProcess victim(directory.path());
    // Sometimes before it has even started up, mostly soon after its first answers.
    const bool early = kill > 0 && random() % 10 == 0;
    if (!early) ASSERT_NO_FATAL_FAILURE(wait_until_ready(victim));
    victim.send(load.unanswered_lines());
    std::size_t answers = 0;
    auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const auto soon = [&](std::uint64_t limit_us) {
      end = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % limit_us);
    };
    if (early) soon(30'000);
    while (std::chrono::steady_clock::now() < end) {
      if (load.unanswered() < 500) victim.send(load.next_lines(50));
      const auto lines = victim.receive(1);
      ASSERT_TRUE(lines.has_value()) << "the victim ended by itself";
      for (const auto& line : *lines) {
        if (line == "ready") continue;
        ASSERT_TRUE(load.take(line)) << line;
        if (answers++ == 0 && !early) soon(120'000);
      }
    }
    victim.kill();
    // What it had said before it died.
    while (const auto lines = victim.receive(0)) {
      if (lines->empty()) break;
      for (const auto& line : *lines) {
        if (line != "ready") ASSERT_TRUE(load.take(line)) << line;
      }
    }
    ASSERT_NO_FATAL_FAILURE(verify(directory.path(), load, kill % 5 == 4));
  }
  EXPECT_GT(load.acknowledged().size(), static_cast<std::size_t>(kills));

  // Alive once more: all is answered, and ends in order.
  VictimProcess victim(directory.path());
  ASSERT_NO_FATAL_FAILURE(wait_until_ready(victim));
  victim.send(load.unanswered_lines());
  while (load.unanswered() > 0) {
    const auto lines = victim.receive(10'000);
    ASSERT_TRUE(lines.has_value() && !lines->empty());
    for (const auto& line : *lines) ASSERT_TRUE(load.take(line)) << line;
  }
  EXPECT_EQ(victim.finish(), 0);
  verify(directory.path(), load, true);
}

}  // namespace
}  // namespace huiyin::test
