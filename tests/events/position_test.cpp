#include "events/position.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace huiyin::events {
namespace {

TEST(Position, ReadsWhatItWrites) {
  for (const Position position :
       {Position{0, 0}, Position{3, 1234},
        Position{std::numeric_limits<Partition>::max(), std::numeric_limits<Sequence>::max()}}) {
    EXPECT_EQ(parse_position(format_position(position)), position);
  }
  EXPECT_EQ(format_position({3, 1234}), "3:1234");
}

TEST(Position, AnythingElseIsRefused) {
  for (const char* text : {"", ":", "3", "3:", ":3", "3:4:5", "3:4 ", " 3:4", "-1:4", "3:-4",
                           "3:+4", "65536:1", "3:18446744073709551616", "a:1", "3;1"}) {
    EXPECT_FALSE(parse_position(text)) << text;
  }
}

TEST(Position, OrdersByPartitionThenSequence) {
  EXPECT_LT((Position{1, 9}), (Position{2, 1}));
  EXPECT_LT((Position{2, 1}), (Position{2, 2}));
}

// The values of Kafka's own UtilsTest.testMurmur2.
TEST(PartitionOf, AgreesWithKafka) {
  struct Vector {
    std::string_view key;
    std::int32_t hash;
  };
  const std::vector<Vector> vectors{{"21", -973932308},
                                    {"foobar", -790332482},
                                    {"a-little-bit-long-string", -985981536},
                                    {"a-little-bit-longer-string", -1486304829},
                                    {"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971},
                                    {"abc", 479470107}};
  for (const auto& [key, hash] : vectors) {
    const auto positive = static_cast<std::uint32_t>(hash) & 0x7fffffffU;
    // Three coprime moduli, whose product is past 31 bits: only the right hash fits all.
    for (const Partition partitions : {default_partitions, Partition{65'535}, Partition{65'521}}) {
      EXPECT_EQ(partition_of(key, partitions), positive % partitions) << key;
    }
  }
}

TEST(PartitionOf, SpreadsAndStaysInRange) {
  std::vector<int> cases(default_partitions);
  for (int i = 0; i < 12'000; ++i) {
    const Partition partition = partition_of("case-" + std::to_string(i), default_partitions);
    ASSERT_LT(partition, default_partitions);
    ++cases[partition];
  }
  for (const int count : cases) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(partition_of("", 1), 0);
}

}  // namespace
}  // namespace huiyin::events
