#include "crypto/uuid.hpp"

#include <algorithm>
#include <set>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace huiyin::crypto {
namespace {

TEST(UuidV7, CarriesItsTime) {
  UuidGenerator generator;
  // RFC 9562, appendix A.6: 017F22E2-79B0-7…, 1645557742000 ms.
  const std::string id = generator.next(1'645'557'742'000);
  EXPECT_TRUE(is_uuid(id)) << id;
  EXPECT_EQ(id.substr(0, 15), "017f22e2-79b0-7");
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
}

TEST(UuidV7, AscendsWhileTheClockStandsOrGoesBack) {
  UuidGenerator generator;
  std::string last;
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = generator.next(1'700'000'000'000 - (i % 3) * 1'000);
    ASSERT_LT(last, id);
    ASSERT_TRUE(is_uuid(id));
    last = id;
  }
}

TEST(UuidV7, IsUniqueOverThreads) {
  UuidGenerator generator;
  std::vector<std::vector<std::string>> made(4);
  {
    std::vector<std::jthread> threads;
    threads.reserve(made.size());
    for (auto& ids : made) {
      threads.emplace_back([&generator, &ids] {
        for (int i = 0; i < 2'000; ++i) ids.push_back(generator.next(1'700'000'000'000));
      });
    }
  }
  std::set<std::string> all;
  for (const auto& ids : made) {
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    all.insert(ids.begin(), ids.end());
  }
  EXPECT_EQ(all.size(), 8'000u);
}

TEST(UuidV8, IsTheSameForTheSameTexts) {
  const std::string_view texts[] = {"principal", "key-1"};
  const std::string_view other[] = {"principalkey", "-1"};
  const std::string id = uuid_v8(texts);
  EXPECT_TRUE(is_uuid(id)) << id;
  EXPECT_EQ(id[14], '8');
  EXPECT_EQ(id, uuid_v8(texts));
  EXPECT_NE(id, uuid_v8(other));
}

TEST(IsUuid, RefusesOtherTexts) {
  EXPECT_FALSE(is_uuid(""));
  EXPECT_FALSE(is_uuid("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"));
  EXPECT_FALSE(is_uuid("017f22e279b0-7cc3-98c4-dc0c0c07398ff"));
  EXPECT_TRUE(is_uuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
}

}  // namespace
}  // namespace huiyin::crypto
