#include "registry_rows.hpp"

#include <algorithm>
#include <map>

#include "keys.hpp"

namespace huiyin::projections {
namespace {

std::uint8_t bit(ActivityPart part) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(part));
}

}  // namespace

// Days since 1900, so that all that parse are positive.
std::uint32_t day_number(events::Date day) {
  constexpr auto origin = std::chrono::sys_days{
      events::Date{std::chrono::year{1900}, std::chrono::January, std::chrono::day{1}}};
  return static_cast<std::uint32_t>((std::chrono::sys_days{day} - origin).count());
}
events::Date day_of(std::uint32_t number) {
  constexpr auto origin = std::chrono::sys_days{
      events::Date{std::chrono::year{1900}, std::chrono::January, std::chrono::day{1}}};
  return origin + std::chrono::days{number};
}

std::string state_row(std::string_view subject) { return "s" + std::string(subject); }

std::string history_row(std::string_view subject, std::uint32_t version) {
  std::string key = "h";
  put_text(key, subject);
  put_u32(key, version);
  return key;
}

std::string command_row(std::string_view command) { return "c" + std::string(command); }

std::string done_prefix(ActivityPart part, events::Date day) {
  std::string key = "d";
  put_u8(key, static_cast<std::uint8_t>(part));
  put_u32(key, day_number(day));
  return key;
}

std::string link_prefix(std::string_view subject, events::Date day) {
  std::string key = "b";
  put_text(key, subject);
  put_u32(key, day_number(day));
  return key;
}

std::string case_prefix(std::string_view case_id) {
  std::string key = "l";
  put_text(key, case_id);
  return key;
}

RegistryRows registry_rows(const SubjectState& state) {
  const auto* activity = std::get_if<ActivityState>(&state.body);
  if (activity == nullptr || !state.active()) return {};
  const auto& plan = activity->plan;
  std::map<std::string_view, std::uint8_t> parts;
  parts[plan.organiser] |= bit(ActivityPart::organised);
  if (!plan.station.empty()) parts[plan.station] |= bit(ActivityPart::hosted);
  for (const auto& deputy : plan.invited) parts[deputy] |= bit(ActivityPart::invited);
  for (const auto& deputy : activity->held.attended) parts[deputy] |= bit(ActivityPart::attended);
  for (const auto& score : activity->held.scores) parts[score.organ] |= bit(ActivityPart::scored);
  RegistryRows rows;
  for (const auto& [subject, bits] : parts) {
    std::string value;
    put_u8(value, bits);
    rows.emplace_back(link_prefix(subject, plan.date) + state.id, std::move(value));
  }
  if (state.stage == "held") {
    std::string value;
    put_u32(value, static_cast<std::uint32_t>(std::max<std::int64_t>(activity->held.solved, 0)));
    for (const auto& output : activity->held.outputs) value += output.kind + '\0';
    for (const auto& [subject, bits] : parts) {
      for (std::size_t i = 0; i < names(ActivityPart{}).size(); ++i) {
        const auto part = static_cast<ActivityPart>(i);
        if ((bits & bit(part)) == 0) continue;
        std::string key = done_prefix(part, plan.date);
        put_text(key, subject);
        put_text(key, plan.form);
        rows.emplace_back(key + state.id, value);
      }
    }
    for (const auto& case_id : activity->held.cases) {
      rows.emplace_back(case_prefix(case_id) + state.id, std::string());
    }
  }
  std::ranges::sort(rows);
  const auto doubled = std::ranges::unique(rows);
  rows.erase(doubled.begin(), doubled.end());
  return rows;
}

}  // namespace huiyin::projections
