#include "import/external_sort.hpp"

#include <algorithm>
#include <bit>
#include <csignal>
#include <cstring>
#include <iostream>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

namespace huiyin::import {
namespace {

struct Record {
  std::string key;
  std::size_t added = 0;
  std::string payload;

  auto operator<=>(const Record&) const = default;  // what a stable sort by key would give
};

std::vector<Record> random_records(std::size_t count, std::size_t distinct_keys, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Record> records(count);
  for (std::size_t i = 0; i < count; ++i) {
    // Keys that share their first eight bytes, that are each other's prefix, with zero bytes.
    const std::size_t number = random() % distinct_keys;
    std::string key = "2019-12-" + std::to_string(number % 97);
    if (number % 5 == 0) key = std::string(number % 11, '\0');
    if (number % 7 == 0) key += static_cast<char>(number % 256);
    records[i] = {std::move(key), i, std::to_string(i) + std::string(random() % 40, 'x')};
  }
  return records;
}

void expect_sorted_like_stable_sort(std::vector<Record> records, std::size_t memory_limit_bytes) {
  ExternalSorter sorter({.memory_limit_bytes = memory_limit_bytes});
  for (const Record& record : records) ASSERT_TRUE(sorter.add(record.key, record.payload));
  std::ranges::sort(records);
  for (const Record& record : records) {
    const auto next = sorter.next();
    ASSERT_TRUE(next.has_value()) << next.error().message;
    ASSERT_TRUE(next->has_value());
    ASSERT_EQ(**next, (SortedRecord{record.key, record.payload}));
  }
  EXPECT_EQ(sorter.next().value(), std::nullopt);
  EXPECT_EQ(sorter.records(), records.size());
}

TEST(ExternalSort, SortsInMemoryWithoutFiles) {
  ExternalSorter sorter({.temporary_directory = "/nowhere/at/all"});
  ASSERT_TRUE(sorter.add("b", "1"));
  ASSERT_TRUE(sorter.add("a", "2"));
  ASSERT_TRUE(sorter.add("b", "0"));
  EXPECT_EQ(sorter.next().value(), (SortedRecord{"a", "2"}));
  EXPECT_EQ(sorter.next().value(), (SortedRecord{"b", "1"}));
  EXPECT_EQ(sorter.next().value(), (SortedRecord{"b", "0"}));
  EXPECT_EQ(sorter.next().value(), std::nullopt);
  EXPECT_EQ(sorter.spilled_bytes(), 0U);
  ExternalSorter empty;
  EXPECT_EQ(empty.next().value(), std::nullopt);
}

TEST(ExternalSort, IsStableOverManyRunsAndLevels) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  // 64 KiB hold near 1,000 of these: some 100 runs, so that levels are merged; and a few counts
  // around the boundaries.
  for (const std::size_t count : {1UL, 900UL, 5000UL, 33000UL, 130000UL}) {
    expect_sorted_like_stable_sort(random_records(count, 3000, seed), std::size_t{64} << 10);
  }
}

TEST(ExternalSort, TakesRecordsLargerThanAMergeBuffer) {
  std::vector<Record> records = random_records(400, 50, 1);
  for (std::size_t i = 0; i < records.size(); i += 3) records[i].payload.assign(12000, 'y');
  expect_sorted_like_stable_sort(std::move(records), std::size_t{64} << 10);
}

TEST(ExternalSort, RefusesARecordThatDoesNotFit) {
  ExternalSorter sorter({.memory_limit_bytes = std::size_t{64} << 10});
  EXPECT_FALSE(sorter.add("key", std::string(std::size_t{17} << 10, 'x')));
}

TEST(ExternalSort, SaysThatTheTemporaryDirectoryIsMissing) {
  ExternalSorter sorter(
      {.memory_limit_bytes = std::size_t{64} << 10, .temporary_directory = "/nowhere/at/all"});
  std::expected<void, SortError> added;
  for (int i = 0; i < 10000 && added; ++i) added = sorter.add("key", "some payload");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message,
            "cannot make a temporary file in /nowhere/at/all: No such file or directory");
}

// Spills under a limit for file sizes, which stands for a full disk; prints the error and leaves.
[[noreturn]] void sort_where_files_cannot_grow() {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{100000, 100000};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  ExternalSorter sorter({.memory_limit_bytes = std::size_t{256} << 10});
  std::expected<void, SortError> added;
  for (int i = 0; i < 100000 && added; ++i) added = sorter.add("key", "some payload");
  if (!added) std::cerr << added.error().message << std::endl;
  ::_exit(added ? 0 : 3);
}

TEST(ExternalSort, FailsInWordsWhenFilesCannotGrow) {
  EXPECT_EXIT(sort_where_files_cannot_grow(), testing::ExitedWithCode(3),
              "cannot write sorted rows in .*: File too large");
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define HUIYIN_SANITIZED  // many times slower, and memory is not what it would be
#endif
#endif

TEST(ExternalSort, SortsFiveMillionWithin16MiB) {
#ifdef HUIYIN_SANITIZED
  constexpr std::uint32_t count = 600'000;
  constexpr long bound_kib = 1L << 30;
#else
  constexpr std::uint32_t count = 5'000'000;
  constexpr long bound_kib = 24L << 10;
#endif
  constexpr std::size_t limit_bytes = std::size_t{16} << 20;
  const auto resident_kib = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const long before_kib = resident_kib();
  ExternalSorter sorter({.memory_limit_bytes = limit_bytes});
  std::mt19937 random(7);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t key = std::byteswap(static_cast<std::uint32_t>(random() % 1'000'000));
    ASSERT_TRUE(sorter.add({reinterpret_cast<const char*>(&key), sizeof key},
                           {reinterpret_cast<const char*>(&i), sizeof i}));
  }
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sorted;
  for (auto next = sorter.next(); next.value(); next = sorter.next()) {
    // The reserve of the result itself comes after the measurement of the adding.
    if (sorted.empty()) {
      EXPECT_LT(resident_kib() - before_kib, bound_kib);
      sorted.reserve(count);
    }
    std::uint32_t key = 0;
    std::uint32_t i = 0;
    std::memcpy(&key, (*next)->key.data(), sizeof key);
    std::memcpy(&i, (*next)->payload.data(), sizeof i);
    sorted.emplace_back(std::byteswap(key), i);
  }
  ASSERT_EQ(sorted.size(), count);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> expected;
  expected.reserve(count);
  std::mt19937 again(7);
  for (std::uint32_t i = 0; i < count; ++i) {
    expected.emplace_back(static_cast<std::uint32_t>(again() % 1'000'000), i);
  }
  std::ranges::sort(expected);
  EXPECT_TRUE(sorted == expected);
}

}  // namespace
}  // namespace huiyin::import
