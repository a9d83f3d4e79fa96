// A handful of cases, driven by decide and fold alone; follow-ups are carried out as the runtime
// would, at times that the seed chooses.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/decide.hpp"

namespace huiyin::model {

struct PendingFollowUp {
  std::string asker;
  events::FollowUp follow_up;
};

class World {
 public:
  World(const engine::Definitions& definitions, std::uint64_t seed)
      : definitions_(definitions), random_(seed) {}

  // Decides and, when accepted, folds; the fold goes over the wire form, as the log's readers do.
  std::expected<engine::Decision, engine::Refusal> give(const engine::Command& command);
  // Fires all thresholds of one case up to `until`.
  std::size_t fire(const std::string& case_id, events::Instant until);
  // Carries out the oldest follow-up and brings its answer back. False when there is none.
  bool follow_up();

  std::map<std::string, projections::CaseState> cases;
  events::Instant now{};
  std::mt19937_64& random() { return random_; }
  const engine::Definitions& definitions() const { return definitions_; }
  std::uint64_t events = 0;
  std::uint64_t timer_events = 0;

 private:
  void apply(const engine::Command& command, const engine::Decision& decision);

  const engine::Definitions& definitions_;
  std::mt19937_64 random_;
  std::vector<PendingFollowUp> pending_;
  events::json::Parser parser_;
};

}  // namespace huiyin::model
