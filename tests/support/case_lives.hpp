// Random but plausible histories of cases, from a seed, without the engine: what the folds and the
// views are tried on. Same seed, same bytes.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "events/case_event.hpp"
#include "events/envelope.hpp"
#include "events/event_log.hpp"

namespace huiyin::test {

struct LifeOptions {
  std::uint64_t seed = 1;
  std::size_t organs = 12, deputies = 40, stations = 8;
  std::uint64_t new_case_one_in = 6;  // events
  // A second of recorded time passes per event, or more.
  events::Instant start{std::chrono::sys_days{std::chrono::year{2023} / 1 / 3}};
  std::chrono::milliseconds pace{1000};
};

// Makes events for one log, in order; `append` writes them.
class CaseLives {
 public:
  CaseLives(events::Partition partitions, const LifeOptions& options);

  // `count` more events of old and new cases, framed.
  std::vector<events::LogRecord> next(std::size_t count);
  std::size_t cases() const { return cases_.size(); }
  const std::string& case_id(std::size_t index) const { return cases_[index].id; }

 private:
  struct Case {
    std::string id;
    std::uint32_t version = 0;
    int step = 0;
    std::string stage;
    std::vector<std::string> deputies;
    std::vector<std::string> organs;
    std::vector<events::ClockKey> clocks;
    std::uint16_t round = 0;
    bool imported = false;
  };

  std::uint64_t pick(std::uint64_t below);
  bool chance(unsigned percent) { return pick(100) < percent; }
  std::string name(const char* kind, std::size_t below);
  Case& some_case();
  events::CaseEvent step(Case& c);
  events::CaseEvent collect(Case& c);
  events::CaseEvent hand_off(Case& c);
  events::CaseEvent handle(Case& c);
  events::CaseEvent finish(Case& c);
  void start_clock(Case& c, events::Common& common, events::ClockKey key, std::string holder);
  bool stop_clock(Case& c, events::Common& common, std::string_view clock, std::uint16_t lane);
  void frame(Case& c, const events::CaseEvent& event, events::LogRecord& record);

  LifeOptions options_;
  std::mt19937_64 random_;
  std::vector<Case> cases_;
  std::vector<events::Sequence> ends_;
  std::uint64_t events_ = 0;
};

}  // namespace huiyin::test
