#include "supervision/organ_sheet.hpp"

#include <map>
#include <set>

namespace huiyin::supervision {
namespace {

using events::Date;
using projections::RegistryStore;
using projections::StoreError;

constexpr std::uint64_t per_myriad = 10'000;

struct Days {
  Date from{}, to{};
};
Days days_of(std::uint16_t year) {
  const std::chrono::year of{year};
  return {of / std::chrono::January / 1, of / std::chrono::December / 31};
}

// The name that the organ bore on that day (S1-1).
std::string name_of_organ(const RegistryStore* registry, const std::string& organ, Date day) {
  const auto state = registry == nullptr ? nullptr : registry->find(organ);
  const auto* own = state ? std::get_if<projections::OrganState>(&state->body) : nullptr;
  if (own == nullptr || own->names.empty()) return organ;
  std::string name = own->names.front().name;
  for (const auto& one : own->names) {
    if (one.from <= day) name = one.name;
  }
  return name;
}

std::vector<ScoreLine> scores_of(const RegistryStore& registry, const engine::RegistryRules& rules,
                                 const std::string& organ, const Days& days) {
  constexpr std::size_t all = std::size_t{1} << 20U;
  struct Sum {
    std::uint64_t scores = 0, points = 0;
    std::set<std::string> by;
    std::vector<std::string> activities;
  };
  std::map<std::string, Sum> forms;
  for (const auto& link : registry.activities_of(organ, days.from, days.to, all)) {
    const auto activity = registry.find(link.activity);
    const auto* own = activity ? std::get_if<projections::ActivityState>(&activity->body) : nullptr;
    if (own == nullptr || activity->stage != "held") continue;
    bool named = false;
    for (const auto& score : own->held.scores) {
      if (score.organ != organ || score.out_of <= 0) continue;
      Sum& sum = forms[own->plan.form];
      ++sum.scores;
      sum.points += static_cast<std::uint64_t>(score.points) * per_myriad /
                    static_cast<std::uint64_t>(score.out_of);
      sum.by.insert(score.by);
      if (!named) sum.activities.push_back(link.activity);
      named = true;
    }
  }
  std::vector<ScoreLine> out;
  for (auto& [form, sum] : forms) {
    const auto* known = rules.form(form);
    out.push_back({form, known == nullptr ? form : known->name, sum.scores, sum.by.size(),
                   (sum.points + sum.scores / 2) / sum.scores, std::move(sum.activities)});
  }
  return out;
}

std::expected<projections::StatsPage, StoreError> replies_of(const projections::ViewStore& views,
                                                             const std::string& organ,
                                                             const Days& days) {
  projections::StatsQuery query;
  query.by = projections::StatsBy::organ;
  query.from = days.from;
  query.to = days.to;
  query.organ = organ;
  query.scope = projections::Scope::all();
  return projections::stats(views, query);
}

}  // namespace

std::expected<OrganSheet, StoreError> organ_sheet(const projections::ViewStore& views,
                                                  const RegistryStore* registry,
                                                  const engine::RegistryRules* rules,
                                                  const std::string& organ, std::uint16_t year) {
  const Days days = days_of(year);
  OrganSheet sheet;
  sheet.organ = organ;
  sheet.name = name_of_organ(registry, organ, days.to);
  sheet.year = year;
  auto page = replies_of(views, organ, days);
  if (!page) return std::unexpected(page.error());
  for (auto& row : page->items) {
    if (row.group != organ) continue;
    sheet.figures = std::move(row.figures);
    sheet.rates = std::move(row.rates);
  }
  if (registry != nullptr && rules != nullptr)
    sheet.scores = scores_of(*registry, *rules, organ, days);
  return sheet;
}

std::expected<std::vector<OrganSheet>, StoreError> organ_sheets(const projections::ViewStore& views,
                                                                const RegistryStore* registry,
                                                                const engine::RegistryRules* rules,
                                                                std::uint16_t year) {
  const Days days = days_of(year);
  const auto page = replies_of(views, "", days);
  if (!page) return std::unexpected(page.error());
  std::set<std::string> organs;
  for (const auto& row : page->items) {
    if (!row.group.empty()) organs.insert(row.group);
  }
  if (registry != nullptr) {
    constexpr std::array scored{projections::ActivityPart::scored};
    registry->each_done(scored, days.from, days.to,
                        [&](const projections::Done& done) { organs.emplace(done.subject); });
  }
  std::vector<OrganSheet> out;
  for (const auto& organ : organs) {
    auto sheet = organ_sheet(views, registry, rules, organ, year);
    if (!sheet) return std::unexpected(sheet.error());
    out.push_back(std::move(*sheet));
  }
  return out;
}

}  // namespace huiyin::supervision
