#include "life.hpp"

#include <algorithm>

namespace huiyin::generate {
namespace {

using namespace std::chrono_literals;

// Of five cases three are citizens' matters. Our choice: S3-12 and S3-22 together say thirty to
// one, which would leave too few suggestions for their rarer paths.
constexpr Share proposals(2, 5, 1);
constexpr Share motions(17, 17 + 7'287, 90);  // S3-22

constexpr auto china = 8h;  // the province has no summer time

std::string padded(std::uint64_t number) {
  std::string figures = std::to_string(number);
  if (figures.size() < 7) figures.insert(0, 7 - figures.size(), '0');
  return figures;
}

}  // namespace

Planner::Planner(const GenerateOptions& options, const Turn& given)
    : random(options.seed, given.family),
      turn(given),
      region(random.of(regions)),
      topic(random.of(topics)),
      options_(options),
      now_(given.collected) {
  add_case();
  station = station_id(region.code, number_below(stations_per_region));
  lead_organ = organ_id(region.code, topic.organ);
  place = std::string(region.name) + "第" + std::to_string(number_below(99)) + "街道第" +
          std::to_string(number_below(30)) + "社区";
}

std::size_t Planner::add_case() {
  life_.cases.push_back("gen-" + std::to_string(options_.seed) + "-" +
                        padded(turn.first_case + life_.cases.size()));
  return life_.cases.size() - 1;
}

// Into office hours of the day, on a weekday.
void Planner::wait_days(std::int64_t least, std::int64_t most) {
  const std::int64_t count = random.between(least, most);
  const auto local = now_ + china;
  auto day = std::chrono::floor<std::chrono::days>(local) + std::chrono::days{count};
  for (;; day += std::chrono::days{1}) {
    const unsigned weekday = std::chrono::weekday{day}.c_encoding();
    if (weekday != 0 && weekday != 6) break;
  }
  const Instant at = Instant{day} - china + 9h + std::chrono::minutes{random.pick(8 * 60)} +
                     std::chrono::milliseconds{random.pick(60'000)};
  now_ = std::max(at, now_ + 10min);
}

void Planner::wait_minutes(std::int64_t least, std::int64_t most) {
  now_ += std::chrono::minutes{random.between(least, most)} +
          std::chrono::milliseconds{random.pick(60'000)};
}

void Planner::step(const engine::Actor& actor, engine::CommandBody body, std::string behalf) {
  life_.steps.push_back({now_, subject_, actor, std::move(behalf), std::move(body)});
}

events::Date Planner::day_after(std::int64_t days) const {
  return events::Date{std::chrono::floor<std::chrono::days>(now_ + china) +
                      std::chrono::days{days}};
}

Life Planner::finish() {
  // By time, and as planned where times are equal; nearly in order already.
  auto& steps = life_.steps;
  for (auto it = steps.begin(); it != steps.end(); ++it) {
    std::rotate(std::ranges::upper_bound(steps.begin(), it, it->at, {}, &Step::at), it, it + 1);
  }
  return std::move(life_);
}

engine::Actor Planner::staff(std::string_view what, Role role) const {
  return {.id = std::string(what) + "-" + std::string(region.code),
          .role = role,
          .region = std::string(region.code)};
}

engine::Actor Planner::officer() const {
  return {.id = "officer-" + station.substr(station.find('-') + 1),
          .role = Role::officer,
          .station = station,
          .region = std::string(region.code)};
}

engine::Actor Planner::organ(const std::string& id) const {
  return {.id = "clerk-" + id.substr(id.find('-') + 1),
          .role = Role::organ,
          .organ = id,
          .region = std::string(region.code)};
}

engine::Actor Planner::supervisor(const std::string& committee) const {
  return {.id = "clerk-" + committee,
          .role = Role::supervisor,
          .organ = committee,
          .region = std::string(region.code)};
}

std::string Planner::other_organ(const std::string& than) {
  for (;;) {
    std::string id = organ_id(region.code, number_below(organs_per_region));
    if (id != than) return id;
  }
}

std::string Planner::title(std::string_view ending) const {
  return "关于解决" + place + std::string(topic.object) + "问题的" + std::string(ending);
}

std::string Planner::text() const {
  return place + "的" + std::string(topic.object) + std::string(topic.trouble) +
         "，群众多次反映。建议有关单位现场核实，明确责任和时限，尽快解决，并将办理情况告知群众。";
}

Life plan_life(const GenerateOptions& options, const Turn& turn) {
  Planner plan(options, turn);
  plan.wait_days(0, 0);  // into office hours
  if (!proposals.has(turn.family)) {
    plan_matter(plan, turn.family - proposals.rank(turn.family));
  } else if (const std::uint64_t proposal = proposals.rank(turn.family); motions.has(proposal)) {
    plan_motion(plan);
  } else {
    plan_suggestion(plan, proposal - motions.rank(proposal));
  }
  return plan.finish();
}

}  // namespace huiyin::generate
