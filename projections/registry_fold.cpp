#include <algorithm>

#include "projections/registry_state.hpp"

namespace huiyin::projections {
namespace {

using events::Date;

const std::string nothing;

// One event upon the state of its subject. The kinds fit: decide saw to it.
struct Folder {
  SubjectState& state;
  Date day;

  template <class Body>
  Body& as() const {
    return std::get<Body>(state.body);
  }
  template <class Body>
  Body& found() const {
    return state.body.emplace<Body>();
  }

  void rename(Named& named, const events::Renamed& event) const {
    named.names.push_back({event.name, day});
  }
  void end(Named& named, const events::Ended& event) const {
    named.ended = day;
    named.into = event.into;
  }

  void operator()(const events::RegionAdded& e) const {
    auto& own = found<RegionState>();
    own.names = {{e.name, day}};
    own.kind = e.kind;
    own.parent = e.parent;
  }
  void operator()(const events::RegionRenamed& e) const { rename(as<RegionState>(), e); }
  void operator()(const events::RegionMoved& e) const { as<RegionState>().parent = e.parent; }
  void operator()(const events::RegionEnded& e) const { end(as<RegionState>(), e); }

  void operator()(const events::OrganRegistered& e) const {
    auto& own = found<OrganState>();
    own.names = {{e.name, day}};
    own.kind = e.kind;
    own.region = e.region;
    own.superior = e.superior;
    own.sectors = e.sectors;
  }
  void operator()(const events::OrganRenamed& e) const { rename(as<OrganState>(), e); }
  void operator()(const events::OrganChanged& e) const {
    as<OrganState>().superior = e.superior;
    as<OrganState>().sectors = e.sectors;
  }
  void operator()(const events::OrganEnded& e) const { end(as<OrganState>(), e); }

  template <class Post>
  void staff(std::vector<Staff<Post>>& all, const auto& event) const {
    all.push_back({event.person, event.name, event.post, day, std::nullopt});
  }
  template <class Post>
  void unstaff(std::vector<Staff<Post>>& all, const auto& event) const {
    for (auto& one : all) {
      if (one.person == event.person && one.post == event.post && !one.to) one.to = day;
    }
  }
  void operator()(const events::OrganStaffed& e) const { staff(as<OrganState>().staff, e); }
  void operator()(const events::OrganUnstaffed& e) const { unstaff(as<OrganState>().staff, e); }

  void operator()(const events::CongressEstablished& e) const {
    auto& own = found<CongressState>();
    own.name = e.name;
    own.level = e.level;
    own.region = e.region;
  }
  void operator()(const events::TermOpened& e) const { as<CongressState>().terms.push_back(e); }
  void operator()(const events::SessionHeld& e) const { as<CongressState>().sessions.push_back(e); }
  void operator()(const events::DelegationFormed& e) const {
    as<CongressState>().delegations.push_back(e);
  }

  void operator()(const events::DeputyRegistered& e) const { found<DeputyState>().profile = e; }
  void operator()(const events::DeputyChanged& e) const { as<DeputyState>().profile = e; }
  void operator()(const events::MandateBegun& e) const {
    as<DeputyState>().mandates.push_back(
        {e.congress, e.term, e.electing_unit, e.delegation, e.level, day, std::nullopt, {}});
  }
  void operator()(const events::MandateEnded& e) const {
    for (Mandate& mandate : as<DeputyState>().mandates) {
      if (mandate.congress != e.congress || mandate.term != e.term || mandate.to) continue;
      mandate.to = day;
      mandate.reason = e.reason;
    }
  }
  void operator()(const events::Enrolled& e) const {
    as<DeputyState>().stations.push_back({e.station, day, std::nullopt});
  }
  void operator()(const events::LeftStation& e) const {
    for (Enrolment& enrolment : as<DeputyState>().stations) {
      if (enrolment.station == e.station && !enrolment.to) enrolment.to = day;
    }
  }
  void operator()(const events::Disclosed& e) const { as<DeputyState>().disclosed = e.fields; }

  void operator()(const events::StationOpened& e) const {
    auto& own = found<StationState>();
    own.names = {{e.name, day}};
    own.tier = e.tier;
    own.form = e.form;
    own.region = e.region;
    own.parent = e.parent;
    own.address = e.address;
    own.area_m2 = e.area_m2;
    own.floor = e.floor;
  }
  void operator()(const events::StationRenamed& e) const { rename(as<StationState>(), e); }
  void operator()(const events::StationMoved& e) const {
    auto& own = as<StationState>();
    own.address = e.address;
    if (!e.region.empty()) own.region = e.region;
    own.area_m2 = e.area_m2;
    own.floor = e.floor;
  }
  void operator()(const events::Assessed& e) const {
    auto& all = as<StationState>().assessments;
    std::erase_if(all, [&](const auto& one) { return one.checklist == e.checklist; });
    all.push_back({e.checklist, e.met, e.items, day});
  }
  void operator()(const events::Staffed& e) const { staff(as<StationState>().staff, e); }
  void operator()(const events::Unstaffed& e) const { unstaff(as<StationState>().staff, e); }
  void operator()(const events::StationDescribed& e) const { as<StationState>().text = e; }
  void operator()(const events::MarketDaysSet& e) const { as<StationState>().market = e; }
  void operator()(const events::StationEnded& e) const { end(as<StationState>(), e); }

  void operator()(const events::GroupFormed& e) const {
    auto& own = found<GroupState>();
    own.names = {{e.name, day}};
    own.region = e.region;
    own.congress = e.congress;
    own.professional = e.professional;
  }
  void operator()(const events::GroupRenamed& e) const { rename(as<GroupState>(), e); }
  void operator()(const events::Joined& e) const {
    as<GroupState>().members.push_back({e.deputy, e.post, day, std::nullopt});
  }
  void operator()(const events::LeftGroup& e) const {
    for (Member& member : as<GroupState>().members) {
      if (member.deputy == e.deputy && !member.to) member.to = day;
    }
  }
  void operator()(const events::GroupEnded& e) const { end(as<GroupState>(), e); }

  void operator()(const events::ActivityPlanned& e) const { found<ActivityState>().plan = e; }
  void operator()(const events::ActivityAnnounced& e) const {
    as<ActivityState>().channels = e.channels;
    as<ActivityState>().announced = day;
  }
  void operator()(const events::ActivityPostponed& e) const {
    as<ActivityState>().plan.date = e.date;
    as<ActivityState>().reason = e.reason;
  }
  void operator()(const events::ActivityCancelled& e) const {
    as<ActivityState>().reason = e.reason;
  }
  void operator()(const events::ActivityHeld& e) const { as<ActivityState>().held = e; }
  void operator()(const events::ActivityReported& e) const {
    auto& own = as<ActivityState>();
    own.reporter = e.reporter.empty() ? own.plan.organiser : e.reporter;
    own.report = e.text;
    own.reported = day;
  }
  void operator()(const events::ActivityCorrected& e) const {
    auto& own = as<ActivityState>();
    own.held = e.held;
    own.reason = e.reason;
    ++own.corrections;
  }

  static void add_to(std::vector<std::string>& all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  }
  void operator()(const events::CampaignOpened& e) const { found<CampaignState>().what = e; }
  void operator()(const events::CampaignSelected& e) const {
    add_to(as<CampaignState>().cases, e.cases);
  }
  void operator()(const events::CampaignSampled& e) const {
    add_to(as<CampaignState>().sampled, e.cases);
  }
  void operator()(const events::CampaignClosed& e) const {
    as<CampaignState>().report = e.report;
    as<CampaignState>().closed = day;
  }

  void operator()(const events::ProjectProposed& e) const { found<ProjectState>().what = e; }
  void operator()(const events::ProjectVoted& e) const {
    as<ProjectState>().vote = e;
    as<ProjectState>().voted = day;
  }
  void operator()(const events::ProjectProgressed& e) const {
    as<ProjectState>().percent = e.percent;
    if (e.spent_yuan != 0) as<ProjectState>().spent_yuan = e.spent_yuan;
  }
  void operator()(const events::ProjectCompleted& e) const {
    auto& own = as<ProjectState>();
    own.percent = 100;
    if (e.spent_yuan != 0) own.spent_yuan = e.spent_yuan;
    own.completed = day;
  }
  void operator()(const events::ProjectAppraised& e) const { as<ProjectState>().appraisal = e; }
  void operator()(const events::ProjectDropped& e) const { as<ProjectState>().reason = e.reason; }

  void operator()(const events::PeriodicalEstablished& e) const {
    auto& own = found<PeriodicalState>();
    own.head = {e.name, e.organ, e.approval, e.marking, e.editor, e.recipients};
    own.year = e.year;
    own.number = e.issues;
    own.total = e.total;
  }
  void operator()(const events::PeriodicalChanged& e) const { as<PeriodicalState>().head = e; }
  void operator()(const events::PeriodicalIssued& e) const {
    auto& own = as<PeriodicalState>();
    own.year = e.year;
    own.number = e.number;
    own.total = e.total;
    own.issues.push_back({e.year, e.number, e.total, e.date, e.title, state.version});
  }

  void operator()(const events::DutyOpened& e) const { found<DutyState>().what = e; }
  void count(const events::DutyWarned& e) const {
    as<DutyState>().done = e.done;
    as<DutyState>().subjects = e.subjects;
  }
  void operator()(const events::DutyWarned& e) const {
    count(e);
    if (!e.more) as<DutyState>().warned = day;
  }
  void operator()(const events::DutyClosed& e) const {
    count(e);
    if (!e.more) as<DutyState>().closed = day;
  }
};

}  // namespace

const std::string& SubjectState::name() const {
  return std::visit(
      [](const auto& own) -> const std::string& {
        if constexpr (requires { own.names; }) {
          return own.names.empty() ? nothing : own.names.back().name;
        } else if constexpr (requires { own.profile; }) {
          return own.profile.name;
        } else if constexpr (requires { own.plan; }) {
          return own.plan.title;
        } else if constexpr (requires { own.what; }) {
          return own.what.name;
        } else if constexpr (requires { own.head; }) {
          return own.head.name;
        } else {
          return own.name;
        }
      },
      body);
}

const std::string& SubjectState::region() const {
  return std::visit(
      [this](const auto& own) -> const std::string& {
        if constexpr (std::is_same_v<std::decay_t<decltype(own)>, RegionState>) {
          return id;
        } else if constexpr (requires { own.profile; }) {
          return own.profile.region;
        } else if constexpr (requires { own.plan; }) {
          return own.plan.region;
        } else if constexpr (requires { own.what.region; }) {
          return own.what.region;
        } else if constexpr (requires { own.region; }) {
          return own.region;
        } else {
          return nothing;
        }
      },
      body);
}

void SubjectState::empty_body() {
  [this]<std::size_t... Index>(std::index_sequence<Index...>) {
    ((static_cast<std::size_t>(kind) == Index ? void(body.emplace<Index>()) : void()), ...);
  }(std::make_index_sequence<std::variant_size_v<SubjectBody>>{});
}

void fold(SubjectState& state, const events::EnvelopeView& envelope,
          const events::RegistryEvent& event) {
  if (state.version == 0) {
    state.id = envelope.subject;
    state.kind = event.word().kind;
    state.since = event.common.day;
  }
  state.version = envelope.subject_version;
  state.stage = event.common.stage;
  state.last_occurred = std::max(state.last_occurred, event.common.occurred_at);
  state.updated = envelope.time;
  std::visit(Folder{state, event.common.day}, event.body);
}

}  // namespace huiyin::projections
