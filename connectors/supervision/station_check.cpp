#include "supervision/station_check.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "engine/duty_board.hpp"

namespace huiyin::supervision {
namespace {

using events::SubjectKind;
using projections::RegistryStore;
using projections::StationState;
using projections::SubjectState;

std::vector<std::shared_ptr<const SubjectState>> all_of(const RegistryStore& registry,
                                                        SubjectKind kind, Date day) {
  std::vector<std::shared_ptr<const SubjectState>> out;
  registry.each(kind, "", [&](const auto& state) {
    if (engine::active_on(*state, day)) out.push_back(state);
    return true;
  });
  return out;
}

bool is_standard(const StationState& station) {
  return std::ranges::any_of(station.assessments, [](const auto& one) {
    return one.items > 0 && one.met.size() >= one.items;
  });
}

// Which levels of deputies are enrolled in each station.
std::unordered_map<std::string, std::set<events::Level>> levels_of(const RegistryStore& registry,
                                                                   Date day) {
  std::unordered_map<std::string, std::set<events::Level>> out;
  const auto holds = [&](const auto& one) { return one.from <= day && (!one.to || *one.to > day); };
  for (const auto& deputy : all_of(registry, SubjectKind::deputy, day)) {
    const auto& own = std::get<projections::DeputyState>(deputy->body);
    for (const auto& enrolment : own.stations) {
      if (!holds(enrolment)) continue;
      for (const auto& mandate : own.mandates) {
        if (holds(mandate)) out[enrolment.station].insert(mandate.level);
      }
    }
  }
  return out;
}

}  // namespace

StationCheck check_stations(const RegistryStore& registry, const std::string& region, Date from,
                            Date to) {
  constexpr std::size_t shown = 20;
  StationCheck out;
  out.from = from;
  out.to = to;
  std::unordered_map<std::string, std::uint64_t> held;
  constexpr std::array hosted{projections::ActivityPart::hosted};
  registry.each_done(hosted, from, to,
                     [&](const projections::Done& done) { ++held[std::string(done.subject)]; });
  const auto levels = levels_of(registry, to);
  constexpr std::size_t all_levels = names(events::Level{}).size();
  std::set<std::string> served;  // regions with a standard station
  std::map<std::tuple<std::string, events::StationTier, events::StationForm>,
           std::vector<std::string>>
      places;
  std::vector<StationUse> used;
  for (const auto& station : all_of(registry, SubjectKind::station, to)) {
    const auto& own = std::get<StationState>(station->body);
    if (!region.empty() && !registry.lies_within(own.region, region)) continue;
    ++out.stations;
    if (is_standard(own)) served.insert(own.region);
    // Points, markets and stations online may well stand beside another.
    if (own.form == events::StationForm::station)
      places[{own.region, own.tier, own.form}].push_back(station->id);
    const auto known = levels.find(station->id);
    if (known != levels.end() && known->second.size() == all_levels)
      out.five_levels.push_back(station->id);
    const auto times = held.find(station->id);
    StationUse use{station->id, station->name(), times == held.end() ? 0 : times->second};
    out.activities += use.receptions;
    if (use.receptions == 0) {
      out.unused.push_back(std::move(use));
    } else {
      used.push_back(std::move(use));
    }
  }
  for (const auto& place : all_of(registry, SubjectKind::region, to)) {
    const auto& own = std::get<projections::RegionState>(place->body);
    if (own.kind != events::RegionKind::township) continue;
    if (!region.empty() && !registry.lies_within(place->id, region)) continue;
    ++out.townships;
    if (!served.contains(place->id)) out.without.push_back(place->id);
  }
  for (auto& [place, stations] : places) {
    if (stations.size() > 1) out.doubled.push_back({std::get<0>(place), std::move(stations)});
  }
  std::ranges::sort(used, [](const StationUse& a, const StationUse& b) {
    return std::tie(b.receptions, a.station) < std::tie(a.receptions, b.station);
  });
  if (used.size() > shown) used.resize(shown);
  out.most_used = std::move(used);
  return out;
}

}  // namespace huiyin::supervision
