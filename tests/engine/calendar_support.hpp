// What the tests of calendars and deadlines share.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/calendar_toml.hpp"

namespace std::chrono {

// So that a failed expectation prints the day.
// NOLINTNEXTLINE(readability-identifier-naming): GoogleTest looks for this name.
inline void PrintTo(const year_month_day& date, ostream* out) {
  *out << int{date.year()} << '-' << unsigned{date.month()} << '-' << unsigned{date.day()};
}

}  // namespace std::chrono

namespace huiyin::engine {

inline Date ymd(int year, unsigned month, unsigned day) {
  return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
}

inline Date plus(Date date, int days) {
  return Date{std::chrono::sys_days{date} + std::chrono::days{days}};
}

inline std::string calendar_folder() { return HUIYIN_SOURCE_DIR "/config/calendars"; }

// The shipped calendar of mainland China.
inline const Calendar& china() {
  static const Calendar calendar = [] {
    auto loaded = load_calendar(calendar_folder() + "/cn.toml");
    if (!loaded) {
      ADD_FAILURE() << to_text(loaded.error());
      return Calendar::monday_to_friday();
    }
    return *std::move(loaded);
  }();
  return calendar;
}

// A source of random values whose seed is printed, so that a failure can be repeated with the
// environment variable HUIYIN_SEED.
class Random {
 public:
  Random() : seed_(choose_seed()), engine_(seed_) {
    ::testing::Test::RecordProperty("seed", std::to_string(seed_));
    std::printf("seed %u\n", seed_);
  }

  int between(int low, int high) { return std::uniform_int_distribution<int>{low, high}(engine_); }

  Date day(Date first, Date last) {
    using std::chrono::sys_days;
    return plus(first, between(0, static_cast<int>((sys_days{last} - sys_days{first}).count())));
  }

 private:
  static std::uint32_t choose_seed() {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): no test changes the environment.
    const char* given = std::getenv("HUIYIN_SEED");
    return given ? static_cast<std::uint32_t>(std::stoul(given)) : std::random_device{}();
  }

  std::uint32_t seed_;
  std::mt19937 engine_;
};

}  // namespace huiyin::engine
