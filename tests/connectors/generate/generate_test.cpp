#include "generate/generate.hpp"

#include <sstream>

#include "events/envelope.hpp"
#include "support/engine_on_disk.hpp"

namespace huiyin::generate {
namespace {

GenerateOptions options(std::uint64_t cases, std::uint64_t seed) {
  GenerateOptions out;
  out.cases = cases;
  out.seed = seed;
  out.progress = false;
  return out;
}

GenerateSummary fill(test::MemoryLog& log, const GenerateOptions& wanted) {
  const auto summary = generate_log(wanted, test::shipped_definitions(), log);
  EXPECT_TRUE(summary.has_value()) << summary.error();
  return summary.value_or(GenerateSummary{});
}

TEST(Generate, EveryCommandIsAccepted) {
  for (const std::uint64_t seed : {1U, 2U, 77U}) {
    test::MemoryLog log(3);
    const GenerateSummary summary = fill(log, options(1'500, seed));
    EXPECT_EQ(summary.cases, 1'500U);
    EXPECT_GT(summary.events, summary.cases * 11);
    EXPECT_LT(summary.events, summary.cases * 19);
  }
}

TEST(Generate, SameSeedSameBytes) {
  test::MemoryLog one(3), two(3), other(3);
  fill(one, options(200, 5));
  auto small = options(200, 5);
  small.sort_memory_bytes = std::size_t{1} << 20;
  fill(two, small);
  fill(other, options(200, 6));
  bool differs = false;
  for (events::Partition p = 0; p < 3; ++p) {
    ASSERT_EQ(one.end(p), two.end(p));
    differs = differs || one.end(p) != other.end(p);
    for (events::Sequence s = 1; s <= one.end(p); ++s)
      ASSERT_EQ(one.get({p, s}).value(), two.get({p, s}).value());
  }
  EXPECT_TRUE(differs);
  std::ostringstream first, second;
  ASSERT_TRUE(generate_commands(options(100, 5), first));
  ASSERT_TRUE(generate_commands(options(100, 5), second));
  EXPECT_EQ(first.str(), second.str());
  EXPECT_TRUE(first.str().starts_with("{\"case\":\"gen-5-00000"));
}

TEST(Generate, RecordedTimeNeverGoesBack) {
  test::MemoryLog log(2);
  fill(log, options(300, 9));
  for (events::Partition p = 0; p < 2; ++p) {
    events::Instant last{};
    for (events::Sequence s = 1; s <= log.end(p); ++s) {
      const auto frame = log.get({p, s}).value();
      const auto decoded = events::decode_frame(frame);
      ASSERT_TRUE(decoded);
      EXPECT_EQ(decoded->envelope.sequence, s);
      EXPECT_GE(decoded->envelope.time, last);
      last = decoded->envelope.time;
    }
  }
}

// S1-28, S3-22, S3-32, as far as the lives of a year get.
TEST(Generate, KeepsTheDocumentsProportions) {
  test::MemoryLog log(1);
  GenerateSummary summary = fill(log, options(6'000, 3));
  const auto count = [&](const char* name) { return static_cast<double>(summary.by_event[name]); };
  const double suggestions = count("supervisor-assigned");  // each has exactly one (S2-33)
  EXPECT_GT(suggestions, 1'400);
  EXPECT_NEAR(count("marked-key") / suggestions, 136.0 / 7287, 0.003);
  EXPECT_LE(count("rehandling-ordered") / suggestions, 177.0 / 7287 + 0.002);
  EXPECT_GE(count("rehandling-ordered") / suggestions, 177.0 / 7287 / 2);
  EXPECT_GT(count("revisited"), 0);
}

TEST(Generate, RefusesAFullLogAndBadNumbers) {
  test::MemoryLog log(1);
  fill(log, options(5, 1));
  EXPECT_FALSE(generate_log(options(5, 1), test::shipped_definitions(), log));
  test::MemoryLog empty(1);
  EXPECT_FALSE(generate_log(options(0, 1), test::shipped_definitions(), empty));
}

}  // namespace
}  // namespace huiyin::generate
