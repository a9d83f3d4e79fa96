#include "supervision/owed_reports.hpp"

#include <algorithm>

namespace huiyin::supervision {
namespace {

using events::OrganKind;
using projections::OrganState;
using projections::RegistryStore;

// Committees, working organs and the office itself report on what they organise; for leaders and
// standing committees the general office does (S0-11).
std::string reporter_of(const RegistryStore& registry, const std::string& organiser) {
  const auto state = registry.find(organiser);
  const auto* own = state ? std::get_if<OrganState>(&state->body) : nullptr;
  if (own == nullptr || (own->kind != OrganKind::standing_committee)) return organiser;
  std::string office;
  registry.each(events::SubjectKind::organ, "", [&](const auto& organ) {
    const auto& other = std::get<OrganState>(organ->body);
    if (other.kind != OrganKind::office || other.region != own->region || !organ->active())
      return true;
    // The standing committee's own office, where it says so.
    if (other.superior == organiser) {
      office = organ->id;
      return false;
    }
    return true;
  });
  return office.empty() ? organiser : office;
}

}  // namespace

std::vector<OwedReport> owed_reports(const RegistryStore& registry,
                                     const engine::RegistryRules& rules, const std::string& region,
                                     Date from, Date to) {
  std::vector<std::string> ids;
  constexpr std::array organised{projections::ActivityPart::organised};
  registry.each_done(organised, from, to, [&](const projections::Done& done) {
    const auto* form = rules.form(done.form);
    if (form != nullptr && form->report_days > 0) ids.emplace_back(done.activity);
  });
  std::vector<OwedReport> out;
  for (const auto& id : ids) {
    const auto activity = registry.find(id);
    const auto* own = activity ? std::get_if<projections::ActivityState>(&activity->body) : nullptr;
    if (own == nullptr || own->reported) continue;
    const auto organiser = registry.find(own->plan.organiser);
    const std::string where = !own->plan.region.empty() ? own->plan.region
                              : organiser               ? organiser->region()
                                                        : "";
    if (!region.empty() && !registry.lies_within(where, region)) continue;
    const auto* form = rules.form(own->plan.form);
    const Date due{std::chrono::sys_days{own->plan.date} + std::chrono::days{form->report_days}};
    out.push_back({id, own->plan.form, own->plan.title, own->plan.organiser,
                   reporter_of(registry, own->plan.organiser), own->plan.date, due, due < to});
  }
  std::ranges::sort(out, {},
                    [](const OwedReport& one) { return std::pair(one.due, one.activity); });
  return out;
}

}  // namespace huiyin::supervision
