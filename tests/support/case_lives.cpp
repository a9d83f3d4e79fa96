#include "support/case_lives.hpp"

#include <algorithm>

#include "events/case_codec.hpp"

namespace huiyin::test {

using namespace events;
using namespace std::chrono_literals;

namespace {

constexpr std::array<const char*, 6> regions{"431002", "431003", "431021",
                                             "430102", "430304", "431102"};
constexpr std::array<const char*, 5> categories{"城乡建设/排水", "城乡建设/道路", "教育",
                                                "医疗卫生", "农业农村/水利"};

std::string title_of(std::uint64_t n) {
  return "关于解决第" + std::to_string(n) + "号排水管道堵塞问题的建议";
}

}  // namespace

CaseLives::CaseLives(Partition partitions, const LifeOptions& options)
    : options_(options), random_(options.seed), ends_(partitions) {}

std::uint64_t CaseLives::pick(std::uint64_t below) { return random_() % below; }

std::string CaseLives::name(const char* kind, std::size_t below) {
  return kind + std::to_string(pick(below));
}

// One event in so many opens a case; the others go to cases of the last while, sometimes to an old
// one.
CaseLives::Case& CaseLives::some_case() {
  if (cases_.empty() || pick(options_.new_case_one_in) == 0) {
    Case fresh;
    fresh.id = "case-" + std::to_string(options_.seed) + "-" + std::to_string(cases_.size());
    fresh.imported = chance(10);
    cases_.push_back(fresh);
    return cases_.back();
  }
  const std::size_t recent = std::min<std::size_t>(cases_.size(), 400);
  const std::size_t from = chance(95) ? cases_.size() - recent : 0;
  return cases_[from + pick(cases_.size() - from)];
}

std::vector<LogRecord> CaseLives::next(std::size_t count) {
  std::vector<LogRecord> out(count);
  for (LogRecord& record : out) {
    Case& c = some_case();
    frame(c, step(c), record);
  }
  return out;
}

void CaseLives::frame(Case& c, const CaseEvent& event, LogRecord& record) {
  const auto partition = partition_of(c.id, static_cast<Partition>(ends_.size()));
  Envelope envelope;
  envelope.id = "01890000-0000-7000-8000-" + std::to_string(100000000000 + events_);
  envelope.type = event.type();
  envelope.source = "/huiyin/test";
  envelope.subject = c.id;
  envelope.time = options_.start + options_.pace * static_cast<std::int64_t>(events_);
  envelope.sequence = ++ends_[partition];
  envelope.subject_version = ++c.version;
  envelope.actor = "officer-1";
  envelope.role = c.version == 1 && c.imported ? Role::importer : Role::officer;
  // Some commands make two events; timers have ids of their own.
  envelope.command_id = "command-" + std::to_string(options_.seed) + "-" + std::to_string(events_);
  envelope.command_hash = "hash-" + std::to_string(events_ % 97);
  envelope.process = "suggestion@3";
  std::string data;
  append_case_event(data, event);
  record.position = {partition, envelope.sequence};
  append_frame(record.frame, envelope, data);
  ++events_;
}

void CaseLives::start_clock(Case& c, Common& common, ClockKey key, std::string holder) {
  ClockChange change;
  change.key = key;
  change.action = ClockAction::start;
  change.holder = std::move(holder);
  change.due = common.occurred_at + 24h * static_cast<int>(5 + pick(90));
  change.thresholds = {{ThresholdKind::warn, *change.due - 72h, Colour::yellow, ""},
                       {ThresholdKind::miss, *change.due, Colour::red, ""},
                       {ThresholdKind::escalate, *change.due + 240h, Colour::red, "supervisor"}};
  change.calendar = "cn@2023";
  common.clocks.push_back(std::move(change));
  c.clocks.push_back(std::move(key));
}

bool CaseLives::stop_clock(Case& c, Common& common, std::string_view clock, std::uint16_t lane) {
  const auto found = std::ranges::find_if(
      c.clocks, [&](const ClockKey& key) { return key.clock == clock && key.lane == lane; });
  if (found == c.clocks.end()) return false;
  ClockChange stop;
  stop.key = *found;
  stop.action = ClockAction::stop;
  common.clocks.push_back(std::move(stop));
  c.clocks.erase(found);
  return true;
}

CaseEvent CaseLives::step(Case& c) {
  CaseEvent event;
  if (c.version == 0) {
    event = collect(c);
  } else if (c.step < 3) {
    event = hand_off(c);
  } else if (c.step < 8) {
    event = handle(c);
  } else {
    event = finish(c);
  }
  event.common.occurred_at = options_.start + options_.pace * static_cast<std::int64_t>(events_);
  event.common.day = Date{std::chrono::floor<std::chrono::days>(event.common.occurred_at + 8h)};
  event.common.stage = c.stage;
  return event;
}

CaseEvent CaseLives::collect(Case& c) {
  Collected body;
  body.kind = chance(70) ? Kind::suggestion : Kind::matter;
  body.title = title_of(events_);
  body.body = "群众反映升平路一带排水不畅，雨后积水严重，影响出行，建议有关部门尽快疏通管道。";
  body.channel = Channel::in_person;
  body.station = name("station-", options_.stations);
  body.region = regions[pick(regions.size())];
  body.category = categories[pick(categories.size())];
  for (std::uint64_t i = 0, n = 1 + pick(3); i < n; ++i) {
    const std::string deputy = name("deputy-", options_.deputies);
    if (std::ranges::find(c.deputies, deputy) != c.deputies.end()) continue;
    c.deputies.push_back(deputy);
    body.deputies.push_back({deputy, i == 0 ? Part::lead : Part::cosigner, "430000-14", ""});
  }
  if (chance(30))
    body.petitioner = Petitioner{false, "person-" + c.id, "k1", "bm9uY2U=", "Y2lwaGVy"};
  c.stage = "collected";
  CaseEvent event;
  event.common.occurred_at = options_.start + options_.pace * static_cast<std::int64_t>(events_);
  start_clock(c, event.common, {"accept", 0, "", 0}, "coordinator");
  event.body = std::move(body);
  return event;
}

CaseEvent CaseLives::hand_off(Case& c) {
  CaseEvent event;
  event.common.occurred_at = options_.start + options_.pace * static_cast<std::int64_t>(events_);
  switch (c.step++) {
    case 0:
      c.stage = "accepted";
      stop_clock(c, event.common, "accept", 0);
      event.body = Accepted{"受理"};
      return event;
    case 1:
      if (chance(20)) {
        event.body = MarkedKey{KeyForm::key_supervision, "民生", name("leader-", 5), "leader-9"};
      } else {
        event.body = SupervisorAssigned{name("committee-", 4), {name("committee-", 4)}};
      }
      return event;
    default:
      break;
  }
  HandedOff body;
  c.organs = {name("organ-", options_.organs)};
  body.lead = c.organs.front();
  body.lanes.push_back({1, body.lead, LaneRole::lead});
  if (chance(40)) {
    c.organs.push_back(name("organ-", options_.organs));
    body.co = {c.organs.back()};
    body.lanes.push_back({2, c.organs.back(), LaneRole::co});
    start_clock(c, event.common, {"opinion", 2, "", 0}, c.organs.back());
  }
  start_clock(c, event.common, {"reply", 1, "", 0}, c.organs.front());
  c.stage = "handed-off";
  event.body = std::move(body);
  return event;
}

CaseEvent CaseLives::handle(Case& c) {
  CaseEvent event;
  event.common.occurred_at = options_.start + options_.pace * static_cast<std::int64_t>(events_);
  const Instant due = event.common.occurred_at;
  if (!c.clocks.empty() && chance(25)) {
    const ClockKey key = c.clocks[pick(c.clocks.size())];
    switch (pick(3)) {
      case 0:
        event.body = DeadlineWarned{key, due, Colour::yellow, "holder"};
        return event;
      case 1:
        event.body = DeadlineMissed{key, due, "holder"};
        return event;
      default:
        event.body = Escalated{key, due, Colour::red, 1, "supervisor", "holder"};
        return event;
    }
  }
  switch (c.step++) {
    case 3:
      c.stage = "signed";
      event.body = Signed{1};
      return event;
    case 4:
      if (c.organs.size() > 1) {
        stop_clock(c, event.common, "opinion", 2);
        event.body = OpinionGiven{2, "同意"};
      } else {
        event.body = Contacted{1, c.deputies, "phone", ""};
      }
      return event;
    case 5: {
      stop_clock(c, event.common, "reply", 1);
      const auto meaning = static_cast<ClassMeaning>(pick(4));
      const std::string code(1, static_cast<char>('A' + static_cast<int>(meaning)));
      Replied body{1,  ReplyTo::each, code,    "已组织疏通", std::nullopt,
                   "", "hn@1",        meaning, c.round};
      if (promises(meaning)) {
        body.commitment = Date{std::chrono::floor<std::chrono::days>(due + 24h * 90)};
        start_clock(c, event.common, {"commitment", 1, "", c.round}, c.organs.front());
      }
      c.stage = "replied";
      event.body = std::move(body);
      return event;
    }
    case 6:
      event.body = Rated{1,
                         c.deputies[pick(c.deputies.size())],
                         static_cast<Satisfaction>(pick(4)),
                         std::nullopt,
                         "",
                         c.round};
      if (chance(60)) c.stage = "rated";
      return event;
    default:
      if (chance(20)) {
        ++c.round;
        c.stage = "re-handling";
        c.step = 5;
        event.body = RehandlingOrdered{1, "不满意", c.round, c.round, "reply", ""};
        return event;
      }
      event.body = FedBack{{"visit", "已告知"}};
      return event;
  }
}

CaseEvent CaseLives::finish(Case& c) {
  CaseEvent event;
  switch (c.step++) {
    case 8:
      c.stage = "closed";
      event.common.ended = true;
      event.body =
          Closed{chance(10) ? CloseOutcome::still_dissatisfied : CloseOutcome::done, "", ""};
      return event;
    case 9:
      if (chance(15)) {
        c.step = 8;
        c.stage = "replied";
        event.body = Reopened{"又堵了", c.round};
        return event;
      }
      event.common.ended = true;
      event.body = Published{"platform", ""};
      return event;
    case 10: {
      event.common.ended = true;
      CorrectedFields fields;
      fields.region = regions[pick(regions.size())];
      Corrected body;
      body.of = 1;
      body.fields = fields;
      body.reason = "区划填写错误";
      event.body = std::move(body);
      return event;
    }
    case 11: {
      event.common.ended = true;
      FollowUp link{c.id + ":" + std::to_string(c.version + 1) + ":0",
                    "case-other",
                    FollowUpAction::join,
                    LinkKind::merge,
                    false,
                    std::nullopt,
                    SettledResult::accepted,
                    "",
                    std::nullopt};
      event.common.follow_ups = {link};
      event.body = Annotated{"关联"};
      return event;
    }
    case 12:
      event.common.ended = true;
      event.body = Settled{c.id + ":" + std::to_string(c.version) + ":0",
                           "case-other",
                           SettledResult::accepted,
                           "",
                           std::nullopt,
                           ""};
      return event;
    default:
      event.common.ended = true;
      event.body = Annotated{"归档前备注"};
      return event;
  }
}

}  // namespace huiyin::test
