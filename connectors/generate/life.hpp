// The plan of one case's life, or of two that belong together: who asks for what, and when. Planned
// without the engine; that every step is accepted is the planners' business, and tested.
#pragma once

#include <string>
#include <vector>

#include "engine/command.hpp"
#include "events/date.hpp"
#include "generate/generate.hpp"
#include "province.hpp"
#include "random.hpp"

namespace huiyin::generate {

using events::Instant;

struct Step {
  Instant at{};
  std::size_t subject = 0;  // index into Life::cases
  engine::Actor actor;
  std::string behalf;
  engine::CommandBody body;
};

struct Life {
  std::vector<std::string> cases;
  std::vector<Step> steps;  // in order of time
};

// What is planned next: the index among all families, and by kind.
struct Turn {
  std::uint64_t family = 0;
  std::uint64_t first_case = 0;  // number of its first case
  Instant collected{};
  bool alone = false;  // there is room for one case only
};

Life plan_life(const GenerateOptions& options, const Turn& turn);

// Shared by the planners.
class Planner {
 public:
  Planner(const GenerateOptions& options, const Turn& turn);

  // Moves on by working days or days, into office hours; and notes a step of the current subject.
  void wait_days(std::int64_t least, std::int64_t most);
  void wait_minutes(std::int64_t least, std::int64_t most);
  void step(const engine::Actor& actor, engine::CommandBody body, std::string behalf = {});
  Instant now() const { return now_; }
  void set_now(Instant now) { now_ = now; }
  void subject(std::size_t index) { subject_ = index; }
  std::size_t add_case();
  const std::string& case_id(std::size_t index) const { return life_.cases[index]; }
  events::Date day_after(std::int64_t days) const;
  Life finish();

  Random random;
  const Turn& turn;
  const Region& region;
  const Topic& topic;

  engine::Actor deputy(std::string id) const { return {.id = std::move(id), .role = Role::deputy}; }
  engine::Actor officer() const;
  engine::Actor reviewer() const { return staff("reviewer", Role::reviewer); }
  engine::Actor coordinator() const { return staff("coordinator", Role::coordinator); }
  engine::Actor organ(const std::string& id) const;
  engine::Actor supervisor(const std::string& committee) const;
  std::string a_deputy() { return deputy_id(region.code, number_below(deputies_per_region)); }
  std::string other_organ(const std::string& than);

  std::string station;
  std::string lead_organ;
  std::string place;
  std::string title(std::string_view ending) const;
  std::string text() const;

 private:
  using Role = events::Role;
  engine::Actor staff(std::string_view what, Role role) const;
  unsigned number_below(unsigned count) { return static_cast<unsigned>(random.pick(count)) + 1; }

  const GenerateOptions& options_;
  Life life_;
  Instant now_;
  std::size_t subject_ = 0;
};

// A matter of a citizen's (S1-28: 7,000 of 9,581 solved), and what it is converted or merged into.
void plan_matter(Planner& plan, std::uint64_t index);
// A suggestion from its review on; `deputies` propose it, the first one leads.
void plan_suggestion(Planner& plan, std::uint64_t index);
void plan_handling_of_suggestion(Planner& plan, const std::vector<std::string>& deputies,
                                 std::uint64_t index, bool owes_feedback);
void plan_motion(Planner& plan);

}  // namespace huiyin::generate
