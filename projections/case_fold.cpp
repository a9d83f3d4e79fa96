#include "projections/case_fold.hpp"

#include <algorithm>
#include <charconv>

namespace huiyin::projections {
namespace {

using namespace events;

template <class T>
void replace(std::string& field, const T& value) {
  if (!value.empty()) field = value;
}

void set_once(std::optional<Date>& day, Date value) {
  if (!day) day = value;
}

// The version in "<case>:<version>:<n>".
std::uint32_t follow_up_version(std::string_view id) {
  const auto last = id.rfind(':');
  if (last == std::string_view::npos || last == 0) return 0;
  const auto first = id.rfind(':', last - 1);
  std::uint32_t version = 0;
  if (first == std::string_view::npos) return 0;
  std::from_chars(id.data() + first + 1, id.data() + last, version);
  return version;
}

// Folds the bodies of events. One overload per type: a new event without one does not compile.
struct Folder {
  CaseState& s;
  const EnvelopeView& envelope;
  const Common& common;

  Lane* lane(std::uint16_t number) {
    const auto found = std::ranges::find(s.lanes, number, &Lane::lane);
    return found == s.lanes.end() ? nullptr : &*found;
  }
  ClockInstance* clock(const ClockKey& key) {
    const auto found = std::ranges::find(s.clocks, key, &ClockInstance::key);
    return found == s.clocks.end() ? nullptr : &*found;
  }
  void open_lane(const LaneOpened& opened) {
    Lane fresh;
    fresh.lane = opened.lane;
    fresh.organ = opened.organ;
    fresh.role = opened.role;
    fresh.handed_off = common.occurred_at;
    s.lanes.push_back(std::move(fresh));
  }
  void set_lane_stage(std::uint16_t number, LaneStage stage) {
    if (Lane* found = lane(number)) found->stage = stage;
  }
  void add_proposer(const Proposer& proposer) {
    const auto known = std::ranges::find(s.proposers, proposer.deputy, &Proposer::deputy);
    if (known == s.proposers.end()) s.proposers.push_back(proposer);
  }
  void feed_back() {
    s.fed_back = true;
    set_once(s.days.fed_back, common.day);
  }
  void feed_back_if(const std::optional<Feedback>& feedback) {
    if (feedback) feed_back();
  }

  void operator()(const Collected& e) {
    s.kind = e.kind;
    s.title = e.title;
    if (!e.body.empty()) s.body_version = envelope.subject_version;
    s.channel = e.channel;
    s.occasion = e.occasion;
    s.station = e.station;
    s.region = e.region;
    s.place = e.place;
    s.congress = e.congress;
    s.category = e.category;
    s.external_id = e.external_id;
    s.chosen_deputy = e.chosen_deputy;
    s.whole_delegation = e.whole_delegation;
    s.inter_session = e.inter_session;
    s.modes = e.modes;
    s.petitioner = e.petitioner;
    s.proposers = e.deputies;
    for (const auto& source : e.sources) {
      s.sources.push_back({source, LinkKind::convert, e.source_petitioner});
    }
    s.collected = common.day;
    s.collected_at = common.occurred_at;
    s.imported = envelope.role == Role::importer;
    if (envelope.role == Role::officer) s.officer = envelope.actor;
    // S4-10: what an officer takes outside a reception first goes to a deputy.
    s.needs_transfer =
        envelope.role == Role::officer && envelope.behalf.empty() && e.occasion != "reception";
  }
  void operator()(const Transferred& e) {
    s.needs_transfer = false;
    add_proposer({e.deputy, s.proposers.empty() ? Part::lead : Part::cosigner, e.congress, ""});
  }
  void operator()(const AnsweredOnSpot&) { feed_back(); }
  void operator()(const Redirected&) { feed_back(); }
  void operator()(const DeedRecorded& e) {
    s.solved_by_deed = s.solved_by_deed || e.solved;
    if (e.solved) feed_back();
  }
  void operator()(const PassedOn& e) {
    s.outlet = e.outlet;
    s.outlet_result.reset();
    replace(s.external_id, e.external_id);
  }
  void operator()(const OutletAnswered& e) {
    replace(s.external_id, e.external_id);
    s.outlet_result = e.result;
    s.outlet_adopted = e.adopted;
    s.outlet_changes = e.changes;
    if (e.result == OutletResult::done) set_once(s.days.replied, common.day);
  }
  void operator()(const Reviewed& e) { s.gates_passed.push_back(e.gate); }
  void operator()(const SentBack&) {
    s.gates_passed.clear();
    s.sent_back = true;
  }
  void operator()(const Revised& e) {
    replace(s.title, e.title);
    replace(s.place, e.place);
    if (!e.body.empty()) s.body_version = envelope.subject_version;
    s.sent_back = false;
  }
  void operator()(const Withdrawn& e) {
    s.withdrawn.push_back(e.deputy);
    feed_back_if(e.feedback);
  }
  void operator()(const Cosigned& e) {
    add_proposer({e.deputy, Part::cosigner, e.congress, e.delegation});
  }
  void wait_for(const std::string& into, LinkKind link) {
    if (!common.follow_ups.empty()) {
      s.target = Target{into, link, common.follow_ups.front().id, false, stage_before, 0};
    }
  }
  void operator()(const Merged& e) {
    if (!e.into.empty()) wait_for(e.into, LinkKind::merge);
    if (!e.source.empty()) s.sources.push_back({e.source, LinkKind::merge, e.petitioner});
  }
  void operator()(const Converted& e) {
    if (!e.into.empty()) wait_for(e.into, LinkKind::convert);
    if (!e.source.empty()) s.sources.push_back({e.source, LinkKind::convert, e.petitioner});
  }
  void operator()(const Unmerged& e) {
    if (!e.from.empty()) s.target.reset();
    if (!e.source.empty())
      std::erase_if(s.sources, [&](const Source& x) { return x.id == e.source; });
  }
  void operator()(const Accepted&) { set_once(s.days.accepted, common.day); }
  void operator()(const Rejected& e) { feed_back_if(e.feedback); }
  void operator()(const Analysed& e) {
    s.category = e.category;
    if (e.level) s.level = e.level;
    replace(s.nature, e.nature);
  }
  void operator()(const Adopted& e) { feed_back_if(e.feedback); }
  void operator()(const MarkedKey& e) {
    s.key = KeyMark{e.form, e.category, e.supervising_leader, e.handling_leader};
  }
  void operator()(const SupervisorAssigned& e) {
    s.supervisor = e.organ;
    s.joining = e.joining;
  }
  void operator()(const HandedOff& e) {
    for (const LaneOpened& opened : e.lanes) open_lane(opened);
    s.meeting = e.meeting;
    set_once(s.days.handed_off, common.day);
  }
  void operator()(const Signed& e) { set_lane_stage(e.lane, LaneStage::signed_for); }
  void operator()(const ReturnRequested& e) { set_lane_stage(e.lane, LaneStage::return_requested); }
  void operator()(const ReturnDecided& e) {
    set_lane_stage(e.lane, e.granted ? LaneStage::returned : LaneStage::signed_for);
  }
  void operator()(const Reassigned& e) {
    Lane* old = lane(e.lane);
    // S3-34 and the deadline "from the first hand-off" need the round and the first date.
    const std::uint16_t round = old != nullptr ? old->round : std::uint16_t{0};
    const std::uint16_t rung = old != nullptr ? old->rung : std::uint16_t{0};
    if (old != nullptr) old->stage = LaneStage::reassigned;
    open_lane(e.opened);
    s.lanes.back().round = round;
    s.lanes.back().rung = rung;
  }
  void operator()(const Contacted& e) {
    if (Lane* found = lane(e.lane)) found->contacted = true;
  }
  void operator()(const OpinionGiven& e) { set_lane_stage(e.lane, LaneStage::opinion_given); }
  void operator()(const ExtensionRequested& e) {
    if (Lane* found = lane(e.lane)) found->extension_requested = true;
  }
  void operator()(const ExtensionDecided& e) {
    Lane* found = lane(e.lane);
    if (found == nullptr) return;
    found->extension_requested = false;
    if (e.granted) ++found->extensions;
  }
  void operator()(const Urged& e) {
    for (ClockInstance& running : s.clocks) {
      const bool same_lane = e.lane == 0 || running.key.lane == e.lane;
      if (same_lane && running.key.deputy == e.deputy) ++running.urges;
    }
  }
  void operator()(const Supervised&) {}
  void operator()(const Replied& e) {
    set_once(s.days.replied, common.day);
    Lane* found = lane(e.lane);
    if (found == nullptr) return;
    found->stage = LaneStage::replied;
    found->class_code = e.class_code;
    found->meaning = e.meaning;
    if (found->first_class.empty()) found->first_class = e.class_code;
    found->commitment = e.commitment;
    found->replied_on = common.day;
    found->on_time = reply_on_time;
    found->reply_version = envelope.subject_version;
  }
  void operator()(const Rated& e) {
    s.ratings.push_back({e.lane, e.round, e.deputy, e.result, e.attitude});
    set_once(s.days.rated, common.day);
  }
  void operator()(const RehandlingOrdered& e) {
    ++s.rehandlings;
    Lane* found = lane(e.lane);
    if (found == nullptr) return;
    found->stage = LaneStage::signed_for;
    found->round = e.round;
    found->rung = e.rung;
  }
  void operator()(const Revisited& e) {
    ++s.revisits;
    if (!e.campaign.empty() && std::ranges::find(s.campaigns, e.campaign) == s.campaigns.end())
      s.campaigns.push_back(e.campaign);
    Lane* found = lane(e.lane);
    if (found == nullptr) return;
    found->class_code = e.class_code;
    found->meaning = e.meaning;
    found->commitment = e.commitment;
  }
  void operator()(const FedBack&) { feed_back(); }
  void operator()(const Published& e) {
    s.withheld = !e.withheld.empty();
    if (e.withheld.empty()) set_once(s.days.published, common.day);
  }
  void operator()(const Closed& e) {
    s.still_dissatisfied = e.outcome == CloseOutcome::still_dissatisfied;
  }
  void operator()(const Reopened&) {
    ++s.reopenings;
    s.days.closed.reset();
  }
  void operator()(const Archived&) {}
  void operator()(const Annotated&) {}
  void operator()(const Corrected& e) {
    replace(s.title, e.fields.title);
    replace(s.place, e.fields.place);
    replace(s.category, e.fields.category);
    replace(s.region, e.fields.region);
    replace(s.station, e.fields.station);
    if (!e.fields.body.empty()) s.body_version = envelope.subject_version;
    if (e.of_type == "collected" && e.fields.occurred_at && e.corrected_day) {
      s.collected_at = *e.fields.occurred_at;
      s.collected = *e.corrected_day;
    }
  }
  void operator()(const DeadlineWarned& e) { fired(e.key, e.colour); }
  void operator()(const DeadlineMissed& e) {
    if (ClockInstance* found = fired(e.key, Colour::red)) found->missed = true;
  }
  void operator()(const Escalated& e) {
    if (ClockInstance* found = fired(e.key, e.colour)) found->level = e.level;
  }
  void operator()(const Rescheduled&) {}
  void operator()(const Migrated& e) { s.process = e.to; }
  void operator()(const Settled& e) {
    std::erase_if(s.outbox, [&](const FollowUp& f) { return f.id == e.follow_up; });
    if (!s.target || s.target->id != e.by) return;
    // An answer's id counts this case's versions, the news' ids count those of the target.
    const bool answer = e.result == SettledResult::accepted || e.result == SettledResult::refused;
    if (!answer) s.target->relayed = std::max(s.target->relayed, follow_up_version(e.follow_up));
    switch (e.result) {
      case SettledResult::accepted:
        s.target->confirmed = true;
        break;
      case SettledResult::refused:
      case SettledResult::rejected:
      case SettledResult::withdrawn:
        s.target.reset();
        break;
      case SettledResult::replied:
        set_once(s.days.replied, common.day);
        break;
      case SettledResult::revisited:
      case SettledResult::closed:
        break;
    }
  }

  // A threshold leaves its clock as it fires; a colour never pales while the clock runs.
  ClockInstance* fired(const ClockKey& key, Colour colour) {
    ClockInstance* found = clock(key);
    if (found == nullptr) return nullptr;
    if (!found->thresholds.empty()) found->thresholds.erase(found->thresholds.begin());
    found->colour = std::max(found->colour, colour);
    return found;
  }

  void change_clocks() {
    for (const ClockChange& change : common.clocks) change_clock(change);
  }
  void change_clock(const ClockChange& change) {
    if (change.action == ClockAction::start) {
      std::erase_if(s.clocks, [&](const ClockInstance& c) { return c.key == change.key; });
      ClockInstance fresh;
      fresh.key = change.key;
      fresh.holder = change.holder;
      fresh.started = common.occurred_at;
      fresh.due = change.due.value_or(common.occurred_at);
      fresh.thresholds = change.thresholds;
      fresh.provisional = change.provisional;
      fresh.calendar = change.calendar;
      s.clocks.push_back(std::move(fresh));
      return;
    }
    ClockInstance* found = clock(change.key);
    if (found == nullptr) return;
    switch (change.action) {
      case ClockAction::start:
        break;
      case ClockAction::stop:
        if (change.key.clock == "reply" || change.key.clock == "rehandle") {
          reply_on_time = common.occurred_at <= found->due;
        }
        [[fallthrough]];
      case ClockAction::cancel:
        std::erase_if(s.clocks, [&](const ClockInstance& c) { return c.key == change.key; });
        break;
      case ClockAction::pause:
        found->paused = common.occurred_at;
        break;
      case ClockAction::extend:
        ++found->extensions;
        move_due(*found, change);
        break;
      case ClockAction::resume:
      case ClockAction::reschedule:
        move_due(*found, change);
        break;
    }
  }
  // A due date moved past a recorded miss clears it (DESIGN.md section 6).
  void move_due(ClockInstance& running, const ClockChange& change) {
    running.paused.reset();
    if (change.started) running.started = *change.started;
    const bool moved = change.due && *change.due != running.due;
    if (change.due) running.due = *change.due;
    running.thresholds = change.thresholds;
    running.provisional = change.provisional;
    running.calendar = change.calendar;
    if (moved && running.due >= common.occurred_at) {
      running.missed = false;
      running.colour = Colour::none;
      running.level = 0;
    }
  }

  std::string stage_before = s.stage;
  std::optional<bool> reply_on_time = std::nullopt;
};

}  // namespace

void fold(CaseState& state, const EnvelopeView& envelope, const CaseEvent& event) {
  Folder folder{state, envelope, event.common};
  if (state.version == 0) {
    state.id = envelope.subject;
    state.process = envelope.process;
    state.stage_since = event.common.occurred_at;
  }
  folder.change_clocks();
  std::visit(folder, event.body);
  // The definition is pinned again at the first hand-off (DESIGN.md section 6).
  if (std::holds_alternative<HandedOff>(event.body)) state.process = envelope.process;
  const Common& common = event.common;
  if (state.stage != common.stage) {
    state.stage_since = common.occurred_at;
    state.stage = common.stage;
  }
  if (common.ended && !state.ended) {
    state.end_event = event.name();
    set_once(state.days.closed, common.day);
  }
  if (!common.ended) state.end_event.clear();  // reopened
  state.ended = common.ended;
  state.outbox.insert(state.outbox.end(), common.follow_ups.begin(), common.follow_ups.end());
  state.last_occurred = std::max(state.last_occurred, common.occurred_at);
  state.updated = envelope.time;
  state.version = envelope.subject_version;
}

}  // namespace huiyin::projections
