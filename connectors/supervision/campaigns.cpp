#include "supervision/campaigns.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "supervision/commitments.hpp"

namespace huiyin::supervision {

using projections::CampaignState;
using projections::CaseState;
using projections::StoreError;

std::expected<std::vector<std::string>, StoreError> find_cases(const projections::ViewStore& views,
                                                               const CampaignState& campaign) {
  const std::set<std::string_view> there(campaign.cases.begin(), campaign.cases.end());
  std::vector<std::string> out;
  const auto& asked = campaign.what;
  const auto add = [&](const CaseState& state) {
    const auto* lane = projections::lane_of_record(state);
    const bool fits =
        lane != nullptr && lane->class_code == asked.class_code &&
        (asked.congress.empty() || state.congress == asked.congress) &&
        (asked.organ.empty() || lane->organ == asked.organ) &&
        (asked.region.empty() || projections::region_within(state.region, asked.region));
    if (fits && !there.contains(state.id)) out.push_back(state.id);
  };
  const auto all = projections::Scope::all();
  if (auto read = each_of_class(views, {asked.class_code}, all, add); !read)
    return std::unexpected(read.error());
  std::ranges::sort(out);
  return out;
}

std::expected<CampaignProgress, StoreError> progress(const projections::ViewStore& views,
                                                     const projections::SubjectState& subject) {
  constexpr std::size_t shown = 1'000;
  const auto& own = std::get<CampaignState>(subject.body);
  CampaignProgress out;
  out.campaign = subject.id;
  out.name = own.what.name;
  out.stage = subject.stage;
  out.cases = own.cases.size();
  out.sampled = own.sampled.size();
  const std::set<std::string_view> sampled(own.sampled.begin(), own.sampled.end());
  std::map<std::string, std::uint64_t> now;
  for (const auto& id : own.cases) {
    const auto state = views.load_state(id);
    if (!state) return std::unexpected(state.error());
    const bool looked_at =
        *state != nullptr &&
        std::ranges::find((*state)->campaigns, subject.id) != (*state)->campaigns.end();
    if (!looked_at) {
      if (out.open.size() < shown) out.open.push_back(id);
      continue;
    }
    ++out.revisited;
    if (sampled.contains(id)) ++out.sampled_revisited;
    if (const auto* lane = projections::lane_of_record(**state)) ++now[lane->class_code];
  }
  for (const auto& [code, cases] : now) out.now.push_back({code, cases});
  std::ranges::sort(out.open);
  return out;
}

}  // namespace huiyin::supervision
