// What may happen to a subject of the registry. Who may ask for it and what words there are is
// configuration; that a thing is there before it is changed is not.
#include <algorithm>

#include "engine/registry_command.hpp"

namespace huiyin::engine {
namespace {

using events::Date;
using projections::SubjectState;

struct Wrong {
  std::string rule, detail;
};
using Check = std::optional<Wrong>;

std::unexpected<Refusal> refuse(RefusalCode code, std::string rule, std::string detail) {
  return std::unexpected(Refusal{code, std::move(rule), std::move(detail), {}});
}

// One command upon one state: fills what the engine decides, and says what is wrong with the rest.
struct Decider {
  const RegistryRules& rules;
  const SubjectState& state;
  const RegistryFacts& facts;
  Date day;

  template <class Body>
  const Body& as() const {
    return std::get<Body>(state.body);
  }

  Check operator()(events::TermOpened& e) const {
    const auto& terms = as<projections::CongressState>().terms;
    if (!(e.from < e.to)) return Wrong{"dates", "a term ends after it begins"};
    if (!terms.empty() && e.term <= terms.back().term)
      return Wrong{"S1-2", "term " + std::to_string(terms.back().term) + " was opened already"};
    if (!terms.empty() && e.from < terms.back().from)
      return Wrong{"S1-2", "the term before it began later"};
    return {};
  }
  Check operator()(events::SessionHeld& e) const {
    const auto& own = as<projections::CongressState>();
    if (e.to < e.from) return Wrong{"dates", "a session ends on the day it begins, or later"};
    if (std::ranges::find(own.terms, e.term, &events::TermOpened::term) == own.terms.end())
      return Wrong{"unknown-term", "term " + std::to_string(e.term) + " was not opened"};
    const bool known = std::ranges::any_of(own.sessions, [&](const auto& one) {
      return one.term == e.term && one.session == e.session;
    });
    if (known) return Wrong{"already-done", "this session is entered already"};
    return {};
  }
  Check operator()(events::DelegationFormed& e) const {
    const bool known = std::ranges::any_of(
        as<projections::CongressState>().delegations,
        [&](const auto& one) { return one.term == e.term && one.delegation == e.delegation; });
    if (known) return Wrong{"already-done", "this delegation is formed already"};
    return {};
  }

  Check operator()(events::MandateBegun& e) const {
    const auto term = std::ranges::find(facts.terms, e.term);
    if (term == facts.terms.end())
      return Wrong{"unknown-term",
                   "term " + std::to_string(e.term) + " of " + e.congress + " was not opened"};
    const bool held = std::ranges::any_of(
        as<projections::DeputyState>().mandates, [&](const projections::Mandate& one) {
          return one.congress == e.congress && one.term == e.term && !one.to;
        });
    if (held) return Wrong{"already-done", "this mandate is held already"};
    e.level = facts.level.value_or(events::Level{});
    return {};
  }
  Check operator()(events::MandateEnded& e) const {
    const bool held = std::ranges::any_of(
        as<projections::DeputyState>().mandates, [&](const projections::Mandate& one) {
          return one.congress == e.congress && one.term == e.term && !one.to;
        });
    if (!held) return Wrong{"no-such-mandate", "no such mandate is held"};
    return {};
  }
  bool enrolled(const std::string& station) const {
    return std::ranges::any_of(
        as<projections::DeputyState>().stations,
        [&](const projections::Enrolment& one) { return one.station == station && !one.to; });
  }
  Check operator()(events::Enrolled& e) const {
    if (enrolled(e.station)) return Wrong{"already-done", "enrolled there already"};
    return {};
  }
  Check operator()(events::LeftStation& e) const {
    if (!enrolled(e.station)) return Wrong{"not-enrolled", "not enrolled there"};
    return {};
  }

  Check premises(events::StationTier tier, std::int64_t area_m2, std::int32_t floor) const {
    if (area_m2 < 0) return Wrong{"S2-21", "an area is not below nothing"};
    if (tier != events::StationTier::village) return {};
    const auto& asked = rules.station;
    if (area_m2 != 0 && area_m2 < asked.village_area_m2)
      return Wrong{"S2-21", "a village station has " + std::to_string(asked.village_area_m2) +
                                " m² or more"};
    if (floor != 0 && asked.village_max_floor != 0 &&
        (floor < 1 || floor > asked.village_max_floor))
      return Wrong{"S2-21",
                   "a village station is on floor 1 to " + std::to_string(asked.village_max_floor)};
    return {};
  }
  // "北湖区人民路街道人大代表联络站" and "人民路街道人大代表联络站" are names of one region's.
  Check name(events::StationForm form, const std::string& given,
             const std::vector<std::string>& regions) const {
    constexpr std::string_view hole = "{region}";
    if (std::ranges::find(rules.station.free_names, form) != rules.station.free_names.end())
      return {};
    if (rules.station.names.empty() || regions.empty()) return {};
    std::string example;
    for (const std::string& pattern : rules.station.names) {
      const std::size_t at = pattern.find(hole);
      if (at == std::string::npos) {
        if (pattern == given) return {};
        continue;
      }
      std::string region;
      for (const std::string& part : regions) {
        region.insert(0, part);
        std::string whole = pattern;
        whole.replace(at, hole.size(), region);
        if (whole == given) return {};
        if (example.empty()) example = whole;
      }
    }
    return Wrong{"S2-3", "a station here is called " + example};
  }
  Check operator()(events::StationOpened& e) const {
    if (auto wrong = name(e.form, e.name, facts.region_names)) return wrong;
    return premises(e.tier, e.area_m2, e.floor);
  }
  Check operator()(events::StationMoved& e) const {
    return premises(as<projections::StationState>().tier, e.area_m2, e.floor);
  }
  Check operator()(events::Assessed& e) const {
    const Checklist* checklist = rules.checklist(e.checklist);
    if (checklist == nullptr)
      return Wrong{"unknown-checklist", "no such checklist: " + e.checklist};
    for (const std::string& item : e.met) {
      if (std::ranges::find(checklist->items, item) == checklist->items.end())
        return Wrong{"unknown-item", e.checklist + " has no item " + item};
    }
    std::ranges::sort(e.met);
    const auto doubled = std::ranges::unique(e.met);
    e.met.erase(doubled.begin(), doubled.end());
    e.items = static_cast<std::uint16_t>(checklist->items.size());
    return {};
  }
  template <class Post>
  static bool holds(const std::vector<projections::Staff<Post>>& all, const std::string& person,
                    Post post) {
    return std::ranges::any_of(
        all, [&](const auto& one) { return one.person == person && one.post == post && !one.to; });
  }
  template <class State>
  Check staff(const auto& e) const {
    if (holds(as<State>().staff, e.person, e.post))
      return Wrong{"already-done", "holds this post already"};
    return {};
  }
  template <class State>
  Check unstaff(const auto& e) const {
    if (!holds(as<State>().staff, e.person, e.post))
      return Wrong{"no-such-post", "does not hold this post"};
    return {};
  }
  Check operator()(events::Staffed& e) const { return staff<projections::StationState>(e); }
  Check operator()(events::Unstaffed& e) const { return unstaff<projections::StationState>(e); }
  Check operator()(events::OrganStaffed& e) const { return staff<projections::OrganState>(e); }
  Check operator()(events::OrganUnstaffed& e) const { return unstaff<projections::OrganState>(e); }
  Check operator()(events::MarketDaysSet& e) const {
    constexpr std::uint16_t last = 31;
    std::ranges::sort(e.days);
    const auto doubled = std::ranges::unique(e.days);
    e.days.erase(doubled.begin(), doubled.end());
    if (e.days.empty() || e.days.front() == 0 || e.days.back() > last)
      return Wrong{"S1-25", "market days are days of a month, 1 to 31"};
    return {};
  }

  bool member(const std::string& deputy) const {
    return std::ranges::any_of(
        as<projections::GroupState>().members,
        [&](const projections::Member& one) { return one.deputy == deputy && !one.to; });
  }
  Check operator()(events::Joined& e) const {
    if (member(e.deputy)) return Wrong{"already-done", "a member already"};
    return {};
  }
  Check operator()(events::LeftGroup& e) const {
    if (!member(e.deputy)) return Wrong{"not-a-member", "no member of this group"};
    return {};
  }

  Check operator()(events::ActivityPlanned& e) const {
    const ActivityForm* form = rules.form(e.form);
    if (form == nullptr) return Wrong{"unknown-form", "no such form of activity: " + e.form};
    if (facts.organiser && std::ranges::find(form->who, *facts.organiser) == form->who.end()) {
      return Wrong{"organiser", std::string("a ") + std::string(events::name_of(*facts.organiser)) +
                                    " does not organise " + e.form};
    }
    return {};
  }
  // Planned, announced, put off, held: in this order, as often as need be.
  Check in(std::initializer_list<std::string_view> stages, std::string_view what) const {
    if (std::ranges::find(stages, state.stage) != stages.end()) return {};
    return Wrong{"wrong-stage", "it is " + state.stage + ": it cannot be " + std::string(what)};
  }
  Check operator()(events::ActivityAnnounced& /*e*/) const {
    return in({"planned", "announced"}, "announced");
  }
  Check operator()(events::ActivityPostponed& /*e*/) const {
    return in({"planned", "announced"}, "put off");
  }
  Check operator()(events::ActivityCancelled& /*e*/) const {
    return in({"planned", "announced"}, "cancelled");
  }
  Check figures(const events::ActivityHeld& e) const {
    for (const auto figure : {e.visits, e.persons, e.matters, e.solved, e.amount_yuan}) {
      if (figure < 0) return Wrong{"figures", "a figure is not below nothing"};
    }
    for (const auto& score : e.scores) {
      if (score.out_of <= 0 || score.points < 0 || score.points > score.out_of)
        return Wrong{"figures", "a score is from 0 to what it is out of"};
    }
    return {};
  }
  Check operator()(events::ActivityHeld& e) const {
    const ActivityForm* form = rules.form(as<projections::ActivityState>().plan.form);
    if (auto wrong = in({"planned", "announced"}, "held")) return wrong;
    if (form != nullptr && form->announce && state.stage != "announced")
      return Wrong{"S2-25", "it is announced before it is held"};
    if (day < as<projections::ActivityState>().plan.date)
      return Wrong{"dates", "its day has not come"};
    if (form != nullptr) {
      for (const std::string& asked : form->needs_outputs) {
        if (std::ranges::find(e.outputs, asked, &events::Output::kind) == e.outputs.end())
          return Wrong{"output", "what came of it names a " + asked};
      }
    }
    return figures(e);
  }
  Check operator()(events::ActivityReported& /*e*/) const { return in({"held"}, "reported"); }
  Check operator()(events::ActivityCorrected& e) const {
    if (auto wrong = in({"held"}, "corrected")) return wrong;
    return figures(e.held);
  }

  // Each of the cases once, and none that is there already.
  static Check fresh(std::vector<std::string> cases, std::vector<std::string> there) {
    std::ranges::sort(cases);
    if (std::ranges::adjacent_find(cases) != cases.end())
      return Wrong{"already-done", "a case is named twice"};
    std::ranges::sort(there);
    for (const auto& one : cases) {
      if (std::ranges::binary_search(there, one))
        return Wrong{"already-done", one + " is there already"};
    }
    return {};
  }
  Check operator()(events::CampaignSelected& e) const {
    return fresh(e.cases, as<projections::CampaignState>().cases);
  }
  Check operator()(events::CampaignSampled& e) const {
    const auto& own = as<projections::CampaignState>();
    for (const auto& one : e.cases) {
      if (std::ranges::find(own.cases, one) == own.cases.end())
        return Wrong{"not-selected", one + " is none of the campaign's cases"};
    }
    return fresh(e.cases, own.sampled);
  }

  // 征集初定, 审议票决, 组织实施, 监督评议: one after the other (S0-28).
  Check operator()(events::ProjectVoted& e) const {
    if (auto wrong = in({"proposed"}, "voted on")) return wrong;
    if (e.votes_for < 0 || e.votes_against < 0 || e.abstained < 0)
      return Wrong{"figures", "votes are not below nothing"};
    return {};
  }
  Check operator()(events::ProjectProgressed& e) const {
    constexpr std::int32_t whole = 100;
    if (auto wrong = in({"adopted", "under-way"}, "carried out")) return wrong;
    if (e.percent < 0 || e.percent > whole) return Wrong{"figures", "percent: 0 to 100"};
    return {};
  }
  Check operator()(events::ProjectCompleted& /*e*/) const {
    return in({"adopted", "under-way"}, "completed");
  }
  Check operator()(events::ProjectAppraised& e) const {
    if (auto wrong = in({"under-way", "completed"}, "appraised")) return wrong;
    if (e.satisfied < 0 || e.basically < 0 || e.dissatisfied < 0)
      return Wrong{"figures", "votes are not below nothing"};
    return {};
  }
  Check operator()(events::ProjectDropped& /*e*/) const {
    return in({"proposed", "adopted", "under-way"}, "dropped");
  }

  // The next number of its year, the next in all (S0-1).
  Check operator()(events::PeriodicalIssued& e) const {
    const auto& own = as<projections::PeriodicalState>();
    const auto year = static_cast<std::uint16_t>(static_cast<int>(e.date.year()));
    if (year < own.year || (!own.issues.empty() && e.date < own.issues.back().date))
      return Wrong{"S0-1", "an issue is not dated before the one that came before it"};
    e.year = year;
    e.number = year == own.year ? own.number + 1 : 1;
    e.total = own.total + 1;
    return {};
  }

  Check operator()(events::DutyWarned& /*e*/) const { return in({"active"}, "warned of"); }

  // The others are as good as they read.
  template <class Other>
  Check operator()(Other& /*other*/) const {
    return {};
  }
};

struct StageAfter {
  const SubjectState& state;

  std::string operator()(const events::RegionEnded& /*e*/) const { return "ended"; }
  std::string operator()(const events::OrganEnded& /*e*/) const { return "ended"; }
  std::string operator()(const events::StationEnded& /*e*/) const { return "ended"; }
  std::string operator()(const events::GroupEnded& /*e*/) const { return "ended"; }
  std::string operator()(const events::ActivityPlanned& /*e*/) const { return "planned"; }
  std::string operator()(const events::ActivityAnnounced& /*e*/) const { return "announced"; }
  // Whoever was told of the old day is told of the new one.
  std::string operator()(const events::ActivityPostponed& /*e*/) const { return "planned"; }
  std::string operator()(const events::ActivityCancelled& /*e*/) const { return "cancelled"; }
  std::string operator()(const events::ActivityHeld& /*e*/) const { return "held"; }
  std::string operator()(const events::CampaignClosed& /*e*/) const { return "closed"; }
  std::string operator()(const events::ProjectProposed& /*e*/) const { return "proposed"; }
  std::string operator()(const events::ProjectVoted& e) const {
    return e.adopted ? "adopted" : "not-adopted";
  }
  std::string operator()(const events::ProjectProgressed& /*e*/) const { return "under-way"; }
  std::string operator()(const events::ProjectCompleted& /*e*/) const { return "completed"; }
  std::string operator()(const events::ProjectAppraised& /*e*/) const { return "appraised"; }
  std::string operator()(const events::ProjectDropped& /*e*/) const { return "dropped"; }
  std::string operator()(const events::DutyClosed& e) const {
    return e.more ? state.stage : "closed";
  }
  template <class Other>
  std::string operator()(const Other& /*other*/) const {
    return state.version == 0 ? "active" : state.stage;
  }
};

}  // namespace

std::expected<RegistryDecision, Refusal> decide(const RegistryRules& rules,
                                                const SubjectState& state,
                                                const RegistryCommand& command,
                                                events::Instant now) {
  const auto& word = command.word();
  const std::string kind(events::name_of(word.kind));
  if (!rules.by[command.body.index()].has(command.actor.role)) {
    return refuse(RefusalCode::not_permitted, "by",
                  "the role " + std::string(events::name_of(command.actor.role)) + " may not " +
                      std::string(word.command) + " a " + kind);
  }
  if (!command.facts.outside.empty()) {
    return refuse(RefusalCode::not_permitted, "S4-27",
                  command.facts.outside + " is not within your region, " + command.actor.region);
  }
  if (command.expected_version && *command.expected_version != state.version) {
    return refuse(RefusalCode::stale_version, "if-match",
                  "the version is " + std::to_string(state.version));
  }
  if (word.founds && state.version != 0)
    return refuse(RefusalCode::case_exists, "exists", command.case_id + " is there already");
  if (!word.founds && (state.version == 0 || state.kind != word.kind))
    return refuse(RefusalCode::no_such_case, "missing",
                  "there is no " + kind + " " + command.case_id);
  if (!word.founds && !state.active())
    return refuse(RefusalCode::wrong_stage, "ended", "this " + kind + " is " + state.stage);
  const events::Instant at = command.occurred_at.value_or(now);
  if (at > now) return refuse(RefusalCode::invalid, "occurred-at", "that is yet to come");
  if (at < state.last_occurred)
    return refuse(RefusalCode::invalid, "occurred-at", "later things have happened already");
  if (!command.facts.missing.empty()) {
    std::string all;
    for (const auto& one : command.facts.missing) all += (all.empty() ? "" : ", ") + one;
    return refuse(RefusalCode::invalid, "unknown-reference", "not there, or ended: " + all);
  }
  events::RegistryEvent event;
  event.body = command.body;
  event.common.occurred_at = at;
  event.common.day = rules.zone->local_day(at);
  const Decider decider{rules, state, command.facts, event.common.day};
  if (auto wrong = std::visit(decider, event.body))
    return refuse(RefusalCode::guard_failed, std::move(wrong->rule), std::move(wrong->detail));
  event.common.stage = std::visit(StageAfter{state}, event.body);
  return RegistryDecision{{std::move(event)}, {}};
}

}  // namespace huiyin::engine
