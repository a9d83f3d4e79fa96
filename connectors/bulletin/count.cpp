#include "count.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "projections/each_case.hpp"

namespace huiyin::bulletin {
namespace {

using events::Comparator;
using events::SubjectKind;
using projections::ActivityState;
using projections::CaseState;
using projections::DeputyState;
using projections::RegistryStore;
using projections::SubjectState;

bool asks_nothing_or(const std::optional<bool>& asked, bool is) { return !asked || *asked == is; }
bool asks_nothing_or(std::string_view asked, std::string_view is) {
  return asked.empty() || asked == is;
}
template <class T, class U>
bool one_of(const std::vector<T>& asked, const U& is) {
  return asked.empty() || std::ranges::find(asked, is) != asked.end();
}

// Places lie in few regions: each is looked up once.
class Regions {
 public:
  explicit Regions(const RegistryStore* registry) : registry_(registry) {}
  bool within(const std::string& region, const std::string& asked) {
    if (asked.empty() || region == asked) return true;
    const auto [known, fresh] = known_.try_emplace(region + '\n' + asked, false);
    if (fresh) known->second = registry_ != nullptr && registry_->lies_within(region, asked);
    return known->second;
  }

 private:
  const RegistryStore* registry_;
  std::unordered_map<std::string, bool> known_;
};

// ---- Cases

std::optional<Date> day_of(const CaseState& state, CaseDay day) {
  switch (day) {
    case CaseDay::collected:
    case CaseDay::any:
      return state.collected;
    case CaseDay::handed_off:
      return state.days.handed_off;
    case CaseDay::replied:
      return state.days.replied;
    case CaseDay::rated:
      return state.days.rated;
    case CaseDay::closed:
      return state.days.closed;
  }
  return std::nullopt;
}

// 推动解决: answered on the spot, solved by a deed, by an outlet, by an organ's reply, or taken up
// by whoever collected it.
bool is_solved(const CaseState& state, const projections::Lane* lane) {
  return state.solved_by_deed || state.end_event == "answered-on-spot" ||
         state.end_event == "adopted" || state.outlet_result == events::OutletResult::done ||
         (lane != nullptr && lane->meaning == events::ClassMeaning::solved);
}

bool fits(const Where& w, const CaseState& state, Regions& regions) {
  if (!one_of(w.kinds, state.kind) || !asks_nothing_or(w.congress, state.congress) ||
      !asks_nothing_or(w.whole_delegation, state.whole_delegation) ||
      !asks_nothing_or(w.inter_session, state.inter_session) ||
      !asks_nothing_or(w.key, state.key.has_value()) || !one_of(w.channels, state.channel) ||
      !one_of(w.stages, state.stage) || !asks_nothing_or(w.supervisor, state.supervisor) ||
      !asks_nothing_or(w.occasion, state.occasion) ||
      !asks_nothing_or(w.category, state.category) || !asks_nothing_or(w.ended, state.ended) ||
      !asks_nothing_or(w.rehandled, state.rehandlings > 0) ||
      !asks_nothing_or(w.revisited, state.revisits > 0) ||
      !asks_nothing_or(w.still_dissatisfied, state.still_dissatisfied) ||
      !asks_nothing_or(w.at_station, !state.station.empty()) ||
      !asks_nothing_or(w.adopted, state.outlet_adopted) ||
      !asks_nothing_or(w.from_others, !state.sources.empty()) ||
      (w.outlet && w.outlet != state.outlet)) {
    return false;
  }
  const bool led =
      state.key && !(state.key->supervising_leader + state.key->handling_leader).empty();
  if (!asks_nothing_or(w.led, led) ||
      !asks_nothing_or(w.supervised_by_leader,
                       state.key && !state.key->supervising_leader.empty()) ||
      !asks_nothing_or(w.handled_by_leader, state.key && !state.key->handling_leader.empty())) {
    return false;
  }
  if (!w.process.empty() && !state.process.starts_with(w.process)) return false;
  if (!w.campaign.empty() &&
      std::ranges::find(state.campaigns, w.campaign) == state.campaigns.end())
    return false;
  for (const auto mode : w.modes) {
    if (std::ranges::find(state.modes, mode) == state.modes.end()) return false;
  }
  if (w.dissatisfied) {
    const bool ever = std::ranges::any_of(state.ratings, [](const auto& rating) {
      return rating.result == events::Satisfaction::dissatisfied;
    });
    if (ever != *w.dissatisfied) return false;
  }
  const projections::Lane* lane = projections::lane_of_record(state);
  if (!w.classes.empty() && (lane == nullptr || !one_of(w.classes, lane->class_code))) return false;
  if (!w.first_classes.empty() && (lane == nullptr || !one_of(w.first_classes, lane->first_class)))
    return false;
  if (!asks_nothing_or(w.solved, is_solved(state, lane))) return false;
  if (!w.organ.empty() && std::ranges::none_of(state.lanes, [&](const auto& one) {
        return one.organ == w.organ && projections::is_live(one);
      })) {
    return false;
  }
  return regions.within(state.region, w.region);
}

void add(Tally& tally, const CaseState& state) {
  const auto distinct = [&](const std::string& id) {
    if (!id.empty()) tally.distinct.insert(id);
  };
  const Count count = tally.figure.count;
  if (count == Count::supervising_leaders) {
    if (state.key) distinct(state.key->supervising_leader);
  } else if (count == Count::handling_leaders) {
    if (state.key) distinct(state.key->handling_leader);
  } else if (count == Count::handling_organs || count == Count::assisting_organs) {
    for (const auto& lane : state.lanes) {
      const bool assists = lane.role == events::LaneRole::assist;
      if (projections::is_live(lane) && assists == (count == Count::assisting_organs))
        distinct(lane.organ);
    }
  } else if (count == Count::proposers) {
    for (const auto& proposer : state.proposers) distinct(proposer.deputy);
  } else if (count == Count::law_changes) {
    tally.sum += state.outlet_changes;
  } else {
    ++tally.sum;
  }
  if (tally.keep) tally.behind.push_back(state.id);
}

std::expected<void, std::string> count_cases(const std::vector<Tally*>& tallies,
                                             const Sources& sources, Regions& regions) {
  const auto done = projections::each_case(sources.cases, [&](const CaseState& state) {
    for (Tally* tally : tallies) {
      const auto day = day_of(state, tally->figure.day);
      if (!day || (tally->figure.day != CaseDay::any && !tally->period.holds(*day))) continue;
      if (fits(tally->figure.where, state, regions)) add(*tally, state);
    }
    return true;
  });
  if (!done) return std::unexpected(done.error().detail);
  return {};
}

// ---- Activities

// Whether a deputy, on that day, is one that a figure asks for.
bool is_asked(const Where& w, const DeputyState& deputy, Date day) {
  if (!asks_nothing_or(w.grass_roots, deputy.profile.grass_roots) ||
      !asks_nothing_or(w.leading_cadre, deputy.profile.leading_cadre)) {
    return false;
  }
  if (w.levels.empty() && w.congress.empty()) return true;
  return std::ranges::any_of(deputy.mandates, [&](const projections::Mandate& mandate) {
    const bool of_congress = w.congress.empty() || mandate.congress == w.congress ||
                             mandate.congress + "-" + std::to_string(mandate.term) == w.congress;
    return of_congress && one_of(w.levels, mandate.level) && mandate.from <= day &&
           (!mandate.to || *mandate.to > day);
  });
}

// The weaker of two statements about parts holds for their sum.
Comparator combined(Comparator left, Comparator right) {
  if (left == Comparator::equal) return right;
  if (right == Comparator::equal || left == right) return left;
  return Comparator::about;
}

struct HeldActivity {
  const SubjectState& subject;
  const ActivityState& own;
  std::string region;
};

class ActivityCounter {
 public:
  ActivityCounter(const RegistryStore& registry, Regions& regions)
      : registry_(registry), regions_(regions) {}

  void add(Tally& tally, const HeldActivity& activity) {
    const Where& w = tally.figure.where;
    const auto& plan = activity.own.plan;
    if (!tally.period.holds(plan.date) || !one_of(w.forms, plan.form) ||
        !asks_nothing_or(w.organ, plan.organiser) || !regions_.within(activity.region, w.region)) {
      return;
    }
    const std::int64_t sum_before = tally.sum;
    const std::size_t distinct_before = tally.distinct.size();
    count(tally, activity);
    const bool counted = tally.sum != sum_before || tally.distinct.size() != distinct_before;
    if (tally.keep && counted) tally.behind.push_back(activity.subject.id);
  }

 private:
  void count(Tally& tally, const HeldActivity& activity) {
    using events::HeldFigure;
    const auto& held = activity.own.held;
    const auto distinct = [&](const auto& all, auto id) {
      for (const auto& one : all) tally.distinct.insert(std::invoke(id, one));
    };
    const Count asked = tally.figure.count;
    if (asked == Count::activities) {
      ++tally.sum;
    } else if (asked == Count::visits) {
      total(tally, activity, HeldFigure::visits, held.visits);
    } else if (asked == Count::persons) {
      total(tally, activity, HeldFigure::persons, held.persons);
    } else if (asked == Count::matters) {
      total(tally, activity, HeldFigure::matters, held.matters);
    } else if (asked == Count::solved) {
      total(tally, activity, HeldFigure::solved, held.solved);
    } else if (asked == Count::amount_yuan) {
      total(tally, activity, HeldFigure::amount_yuan, held.amount_yuan);
    } else if (asked == Count::attendances || asked == Count::attending_deputies) {
      deputies(tally, activity, held.attended);
    } else if (asked == Count::invitations || asked == Count::invited_deputies) {
      deputies(tally, activity, activity.own.plan.invited);
    } else if (asked == Count::outputs) {
      tally.sum += std::ranges::count_if(held.outputs, [&](const auto& output) {
        return one_of(tally.figure.where.outputs, output.kind);
      });
    } else if (asked == Count::scored_organs) {
      distinct(held.scores, &events::Score::organ);
    } else if (asked == Count::scoring_deputies) {
      distinct(held.scores, &events::Score::by);
    } else if (asked == Count::linked_cases) {
      distinct(held.cases, std::identity{});
    }
  }
  static void total(Tally& tally, const HeldActivity& activity, events::HeldFigure figure,
                    std::int64_t value) {
    if (value == 0) return;
    tally.sum += value;
    for (const auto& estimate : activity.own.held.estimates) {
      if (estimate.figure == figure)
        tally.comparator = combined(tally.comparator, estimate.comparator);
    }
  }
  void deputies(Tally& tally, const HeldActivity& activity, const std::vector<std::string>& ids) {
    const Where& w = tally.figure.where;
    const bool any = w.levels.empty() && w.congress.empty() && !w.grass_roots && !w.leading_cadre;
    const bool times =
        tally.figure.count == Count::attendances || tally.figure.count == Count::invitations;
    for (const auto& id : ids) {
      if (!any) {
        const auto state = registry_.find(id);
        const auto* deputy = state ? std::get_if<DeputyState>(&state->body) : nullptr;
        if (deputy == nullptr || !is_asked(w, *deputy, activity.own.plan.date)) continue;
      }
      if (times) {
        ++tally.sum;
      } else {
        tally.distinct.insert(id);
      }
    }
  }

  const RegistryStore& registry_;
  Regions& regions_;
};

// Where it was held: as planned, else its station's place, else the organiser's.
std::string region_of(const RegistryStore& registry, const ActivityState& activity) {
  if (!activity.plan.region.empty()) return activity.plan.region;
  for (const auto* id : {&activity.plan.station, &activity.plan.organiser}) {
    const auto state = id->empty() ? nullptr : registry.find(*id);
    if (state != nullptr) return state->region();
  }
  return {};
}

std::expected<void, std::string> count_activities(const std::vector<Tally*>& tallies,
                                                  const RegistryStore& registry, Regions& regions) {
  Period all = tallies.front()->period;
  for (const Tally* tally : tallies) {
    all.from = std::min(all.from, tally->period.from);
    all.to = std::max(all.to, tally->period.to);
  }
  ActivityCounter counter(registry, regions);
  std::vector<std::string> ids;
  constexpr std::array organised{projections::ActivityPart::organised};
  registry.each_done(organised, all.from, all.to,
                     [&](const projections::Done& done) { ids.emplace_back(done.activity); });
  for (const auto& id : ids) {
    const auto state = registry.find(id);
    const auto* own = state ? std::get_if<ActivityState>(&state->body) : nullptr;
    if (own == nullptr || state->stage != "held") continue;
    const HeldActivity activity{*state, *own, region_of(registry, *own)};
    for (Tally* tally : tallies) counter.add(*tally, activity);
  }
  return {};
}

// ---- The registry on a day

class RegistryCounter {
 public:
  RegistryCounter(const Sources& sources, Regions& regions, Tally& tally, Date day)
      : registry_(*sources.registry),
        sources_(sources),
        regions_(regions),
        tally_(tally),
        where_(tally.figure.where),
        day_(day) {}

  std::expected<void, std::string> run() {
    const Count asked = tally_.figure.count;
    if (asked == Count::duty_done || asked == Count::duty_subjects) return duty();
    if (asked == Count::deputies) each(SubjectKind::deputy);
    if (asked == Count::stations) each(SubjectKind::station);
    if (asked == Count::groups) each(SubjectKind::group);
    if (asked == Count::organs || asked == Count::people) each(SubjectKind::organ);
    if (asked == Count::projects) each(SubjectKind::project);
    return {};
  }

 private:
  // Outside the store's lock, since places are looked up in it.
  void each(SubjectKind kind) {
    std::vector<std::shared_ptr<const SubjectState>> all;
    registry_.each(kind, "", [&](const auto& state) {
      all.push_back(state);
      return true;
    });
    for (const auto& state : all) {
      if (!engine::active_on(*state, day_) || !regions_.within(state->region(), where_.region))
        continue;
      if (!std::visit([&](const auto& own) { return fits(own); }, state->body)) continue;
      if (tally_.figure.count == Count::people) {
        people(std::get<projections::OrganState>(state->body));
      } else {
        ++tally_.sum;
      }
      if (tally_.keep) tally_.behind.push_back(state->id);
    }
  }

  bool fits(const DeputyState& deputy) const {
    const bool holds_one =
        std::ranges::any_of(deputy.mandates, [&](const projections::Mandate& mandate) {
          return mandate.from <= day_ && (!mandate.to || *mandate.to > day_);
        });
    const bool enrolled = std::ranges::any_of(deputy.stations, [&](const auto& one) {
      return one.from <= day_ && (!one.to || *one.to > day_);
    });
    return holds_one && is_asked(where_, deputy, day_) &&
           asks_nothing_or(where_.enrolled, enrolled);
  }
  bool fits(const projections::StationState& station) const {
    const bool standard = std::ranges::any_of(station.assessments, [](const auto& one) {
      return one.items > 0 && one.met.size() >= one.items;
    });
    return one_of(where_.tiers, station.tier) && one_of(where_.station_forms, station.form) &&
           asks_nothing_or(where_.standard, standard);
  }
  bool fits(const projections::GroupState& group) const {
    return asks_nothing_or(where_.professional, group.professional) &&
           asks_nothing_or(where_.congress, group.congress);
  }
  bool fits(const projections::OrganState& organ) const {
    return one_of(where_.organ_kinds, organ.kind) && (where_.organ.empty() || is_organ(organ));
  }
  bool is_organ(const projections::OrganState& organ) const {
    const auto state = registry_.find(where_.organ);
    return state != nullptr && std::get_if<projections::OrganState>(&state->body) != nullptr &&
           std::get<projections::OrganState>(state->body) == organ;
  }
  bool fits(const projections::ProjectState& project) const {
    // By the day of the vote, or of the proposal where none was taken yet.
    const bool voted = project.voted.has_value();
    return one_of(where_.stages, std::string(stage(project))) &&
           asks_nothing_or(where_.congress, project.what.congress) &&
           (!voted || tally_.period.holds(*project.voted));
  }
  static std::string_view stage(const projections::ProjectState& project) {
    if (!project.vote) return "proposed";
    return project.vote->adopted ? "adopted" : "not-adopted";
  }
  template <class Other>
  bool fits(const Other& /*other*/) const {
    return true;
  }

  void people(const projections::OrganState& organ) {
    for (const auto& one : organ.staff) {
      if (one_of(where_.posts, one.post) && one.from <= day_ && (!one.to || *one.to > day_))
        tally_.distinct.insert(one.person);
    }
  }

  std::expected<void, std::string> duty() {
    const auto* asked = sources_.rules->duty(where_.duty);
    if (asked == nullptr) return std::unexpected("there is no duty " + where_.duty);
    const auto gauge = sources_.duties->gauge(*asked, day_, where_.region);
    tally_.sum = static_cast<std::int64_t>(
        tally_.figure.count == Count::duty_done ? gauge.done : gauge.subjects);
    return {};
  }

  const RegistryStore& registry_;
  const Sources& sources_;
  Regions& regions_;
  Tally& tally_;
  const Where& where_;
  Date day_;
};

}  // namespace

std::expected<void, std::string> count(std::vector<Tally>& tallies, const Sources& sources,
                                       Date as_of) {
  Regions regions(sources.registry);
  std::vector<Tally*> of_cases, of_activities, of_registry;
  for (Tally& tally : tallies) {
    tally.period.to = std::min(tally.period.to, as_of);
    switch (source_of(tally.figure.count)) {
      case Source::cases:
        of_cases.push_back(&tally);
        break;
      case Source::activities:
        of_activities.push_back(&tally);
        break;
      case Source::registry:
        of_registry.push_back(&tally);
        break;
    }
  }
  if (!of_cases.empty()) {
    if (auto done = count_cases(of_cases, sources, regions); !done) return done;
  }
  if (sources.registry == nullptr) return {};
  if (!of_activities.empty()) {
    if (auto done = count_activities(of_activities, *sources.registry, regions); !done) return done;
  }
  for (Tally* tally : of_registry) {
    if (auto done = RegistryCounter(sources, regions, *tally, tally->period.to).run(); !done)
      return done;
  }
  return {};
}

}  // namespace huiyin::bulletin
