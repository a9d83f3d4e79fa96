// Says as events what the registry's duties come to: who is still missing some days before a period
// ends, and how it stood when it ended (rules.md X2; S0-12). Nobody else writes those subjects.
#pragma once

#include <condition_variable>
#include <expected>
#include <mutex>
#include <thread>

#include "node/registry.hpp"

namespace huiyin::node {

class DutyWatch {
 public:
  // Looks at once and then every few minutes, until it is destroyed. Registry and ids outlive it.
  DutyWatch(Registry& registry, engine::IdSource& ids);
  ~DutyWatch();
  DutyWatch(const DutyWatch&) = delete;
  DutyWatch& operator=(const DutyWatch&) = delete;

 private:
  using Done = std::expected<void, std::string>;
  void watch(const std::stop_token& stop);
  Done look();
  Done look_at(const engine::Duty& duty, events::Date day);
  Done close(const projections::SubjectState& subject);
  // Who is missing on a day, in as many events as it takes.
  template <class Event>
  Done tell(const engine::Duty& duty, const std::string& subject, events::Date day,
            std::string_view word);
  Done give(const std::string& subject, std::string_view key, events::RegistryEventBody body);

  Registry& registry_;
  engine::IdSource& ids_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace huiyin::node
