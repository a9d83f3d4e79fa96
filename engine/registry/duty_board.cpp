#include "engine/duty_board.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "engine/market_days.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono;
using events::SubjectKind;
using projections::Done;
using projections::SubjectState;

// Sheets that are kept: those of a day's duties, and of some days looked back at.
constexpr std::size_t kept_sheets = 64;

template <class T>
bool one_of(const std::vector<T>& asked, const T& is) {
  return asked.empty() || std::ranges::find(asked, is) != asked.end();
}

std::vector<projections::ActivityPart> parts_of(const Duty& duty) {
  std::vector<projections::ActivityPart> parts;
  for (const DutyCount& count : duty.counts) {
    if (std::ranges::find(parts, count.part) == parts.end()) parts.push_back(count.part);
  }
  return parts;
}

// What it counts for, under all that counts in its part.
std::uint32_t worth(const Duty& duty, const Done& done) {
  std::uint32_t sum = 0;
  for (const DutyCount& count : duty.counts) {
    sum += worth(count, done);
  }
  return sum;
}

}  // namespace

std::uint32_t worth(const DutyCount& count, const Done& done) {
  if (count.part != done.part) return 0;
  if (!count.form.empty() && count.form != done.form) return 0;
  if (count.of == "times") return 1;
  if (count.of == "solved") return done.solved;
  std::uint32_t outputs = 0;
  std::string_view rest = done.outputs;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\0');
    if (rest.substr(0, end) == count.of) ++outputs;
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return outputs;
}

PeriodDays period_of(DutyPeriod kind, Date day) {
  const auto year_of = static_cast<int>(day.year());
  const unsigned month_of = static_cast<unsigned>(day.month());
  switch (kind) {
    case DutyPeriod::week: {
      const sys_days monday = sys_days{day} - (weekday{sys_days{day}} - std::chrono::Monday);
      // ISO 8601: a week belongs to the year of its Thursday.
      const Date thursday = monday + days{3};
      const auto number =
          (sys_days{thursday} - sys_days{thursday.year() / January / 1}).count() / 7 + 1;
      return {monday, Date{monday + days{6}},
              fmt::format("{}-W{:02}", static_cast<int>(thursday.year()), number)};
    }
    case DutyPeriod::month:
      return {day.year() / day.month() / 1, Date{sys_days{day.year() / day.month() / last}},
              fmt::format("{}-{:02}", year_of, month_of)};
    case DutyPeriod::quarter: {
      const unsigned first = (month_of - 1) / 3 * 3 + 1;
      return {day.year() / month{first} / 1, Date{sys_days{day.year() / month{first + 2} / last}},
              fmt::format("{}-Q{}", year_of, (first - 1) / 3 + 1)};
    }
    case DutyPeriod::year:
      return {day.year() / January / 1, day.year() / December / 31, fmt::format("{}", year_of)};
    case DutyPeriod::term:
    case DutyPeriod::market_day:
    case DutyPeriod::meeting:
      break;
  }
  return {day, day, std::string(events::name_of(kind))};
}

bool active_on(const SubjectState& subject, Date day) {
  if (subject.since > day) return false;
  return std::visit(
      [&](const auto& own) {
        if constexpr (requires { own.ended; }) {
          return !own.ended || *own.ended > day;
        } else {
          return true;
        }
      },
      subject.body);
}

// From when on what a subject does counts towards a duty that it owes on a day; nothing when it
// does not owe it.
std::optional<Date> DutyBoard::owed_since(const Duty& duty, const SubjectState& subject,
                                          Date reference) const {
  const DutySubjects& asked = duty.subjects;
  if (!active_on(subject, reference)) return std::nullopt;
  if (!asked.regions.empty() && std::ranges::none_of(asked.regions, [&](const auto& region) {
        return store_.lies_within(subject.region(), region);
      })) {
    return std::nullopt;
  }
  const Date always = subject.since;
  switch (asked.kind) {
    case SubjectKind::deputy: {
      const auto& own = std::get<projections::DeputyState>(subject.body);
      if (asked.grass_roots && *asked.grass_roots != own.profile.grass_roots) return std::nullopt;
      if (asked.leading_cadre && *asked.leading_cadre != own.profile.leading_cadre)
        return std::nullopt;
      std::optional<Date> since;
      for (const auto& mandate : own.mandates) {
        const bool held = mandate.from <= reference && (!mandate.to || *mandate.to > reference);
        if (!held || !one_of(asked.levels, mandate.level) ||
            !one_of(asked.congresses, mandate.congress)) {
          continue;
        }
        since = since ? std::min(*since, mandate.from) : mandate.from;
      }
      return since;
    }
    case SubjectKind::station: {
      const auto& own = std::get<projections::StationState>(subject.body);
      if (!one_of(asked.forms, own.form) || !one_of(asked.tiers, own.tier)) return std::nullopt;
      return always;
    }
    case SubjectKind::group: {
      const auto& own = std::get<projections::GroupState>(subject.body);
      if (asked.professional && *asked.professional != own.professional) return std::nullopt;
      if (!one_of(asked.congresses, own.congress)) return std::nullopt;
      return always;
    }
    case SubjectKind::organ: {
      const auto& own = std::get<projections::OrganState>(subject.body);
      if (!one_of(asked.organs, own.kind)) return std::nullopt;
      return always;
    }
    case SubjectKind::region:
    case SubjectKind::congress:
    case SubjectKind::activity:
    case SubjectKind::campaign:
    case SubjectKind::project:
    case SubjectKind::periodical:
    case SubjectKind::duty:
      break;
  }
  return std::nullopt;
}

std::optional<std::pair<Date, Date>> DutyBoard::window(const Duty& duty,
                                                       const SubjectState& subject,
                                                       const PeriodDays& period,
                                                       Date reference) const {
  const auto since = owed_since(duty, subject, reference);
  if (!since) return std::nullopt;
  switch (duty.period) {
    case DutyPeriod::term:
      return std::pair{*since, reference};
    case DutyPeriod::market_day: {
      const auto& market = std::get<projections::StationState>(subject.body).market;
      const auto day = market ? last_market_day(*market, reference) : std::nullopt;
      if (!day || *day < *since) return std::nullopt;
      return std::pair{*day, *day};
    }
    case DutyPeriod::meeting: {
      const auto meeting = last_meeting(duty, subject.id, reference);
      if (meeting == nullptr) return std::nullopt;
      const Date day = std::get<projections::ActivityState>(meeting->body).plan.date;
      return std::pair{day, day};
    }
    case DutyPeriod::week:
    case DutyPeriod::month:
    case DutyPeriod::quarter:
    case DutyPeriod::year:
      break;
  }
  return std::pair{period.from, reference};
}

std::shared_ptr<const SubjectState> DutyBoard::last_meeting(const Duty& duty,
                                                            std::string_view subject,
                                                            Date reference) const {
  constexpr std::size_t looked_at = 1'000;
  constexpr Date first{year{1900}, January, std::chrono::day{1}};
  for (const auto& link : store_.activities_of(subject, first, reference, looked_at)) {
    auto activity = store_.find(link.activity);
    const auto* own = activity ? std::get_if<projections::ActivityState>(&activity->body) : nullptr;
    if (own != nullptr && activity->stage == "held" && own->plan.organiser == subject &&
        own->plan.form == duty.counts.front().form) {
      return activity;
    }
  }
  return nullptr;
}

std::uint32_t DutyBoard::invited_to(const SubjectState& meeting, const Duty& duty) const {
  const auto& plan = std::get<projections::ActivityState>(meeting.body).plan;
  std::uint32_t sum = 0;
  for (const DutyCount& count : duty.counts) {
    if (!count.of_level) continue;
    for (const auto& deputy : plan.invited) {
      const auto state = store_.find(deputy);
      const auto* own = state ? std::get_if<projections::DeputyState>(&state->body) : nullptr;
      if (own == nullptr) continue;
      sum += std::ranges::any_of(own->mandates, [&](const auto& mandate) {
        return mandate.level == *count.of_level && mandate.from <= plan.date &&
               (!mandate.to || *mandate.to > plan.date);
      });
    }
  }
  return sum;
}

std::shared_ptr<const DutyBoard::Sheet> DutyBoard::add_up(const Duty& duty, Date day) const {
  auto sheet = std::make_shared<Sheet>();
  sheet->subjects_at = store_.applied(0);
  sheet->period = period_of(duty.period, day);
  sheet->reference = std::min(day, sheet->period.to);
  auto places = std::make_shared<std::unordered_map<std::string_view, std::size_t>>();
  std::vector<std::shared_ptr<const SubjectState>> subjects;
  store_.each(duty.subjects.kind, "", [&](const auto& subject) {
    subjects.push_back(subject);
    return true;
  });
  Date first = sheet->period.from;
  for (auto& subject : subjects) {
    const auto days = window(duty, *subject, sheet->period, sheet->reference);
    if (!days) continue;
    Entry entry{std::move(subject), 0, days->first, days->second};
    first = std::min(first, entry.from);
    if (duty.period == DutyPeriod::meeting) {
      const auto meeting = last_meeting(duty, entry.subject->id, sheet->reference);
      if (meeting != nullptr) entry.done = invited_to(*meeting, duty);
    }
    places->emplace(entry.subject->id, sheet->entries.size());
    sheet->entries.push_back(std::move(entry));
  }
  sheet->done_at = store_.each_done(parts_of(duty), first, sheet->reference, [&](const Done& done) {
    const auto place = places->find(done.subject);
    if (place == places->end()) return;
    Entry& entry = sheet->entries[place->second];
    if (done.day >= entry.from && done.day <= entry.to) entry.done += worth(duty, done);
  });
  sheet->places = std::move(places);
  return sheet;
}

std::shared_ptr<const DutyBoard::Sheet> DutyBoard::bring_up(
    const Duty& duty, const std::shared_ptr<const Sheet>& old) const {
  for (const auto kind : {duty.subjects.kind, SubjectKind::region}) {
    if (store_.last_change(kind) > old->subjects_at) return nullptr;
  }
  events::Sequence upto = 0;
  const auto changes = store_.done_since(old->done_at, upto);
  if (!changes) return nullptr;
  if (changes->empty()) return old;
  if (duty.period == DutyPeriod::meeting) return nullptr;  // another meeting is the last one
  auto sheet = std::make_shared<Sheet>(*old);
  sheet->done_at = upto;
  for (const auto& change : *changes) {
    const auto place = sheet->places->find(change.subject);
    if (place == sheet->places->end() || change.day > sheet->reference) continue;
    Entry& entry = sheet->entries[place->second];
    if (change.day < entry.from || change.day > entry.to) continue;
    const Done done{change.part, change.day,    change.subject, change.form,
                    {},          change.solved, change.outputs};
    const std::uint32_t sum = worth(duty, done);
    entry.done = change.added ? entry.done + sum : entry.done - sum;
  }
  return sheet;
}

std::shared_ptr<const DutyBoard::Sheet> DutyBoard::sheet(const Duty& duty, Date day) const {
  const std::pair key{duty.id, day};
  std::shared_ptr<const Sheet> known;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = sheets_.find(key); found != sheets_.end()) known = found->second;
  }
  auto now = known ? bring_up(duty, known) : nullptr;
  if (now == nullptr) now = add_up(duty, day);
  if (now == known) return now;
  const std::lock_guard lock(mutex_);
  if (sheets_.size() >= kept_sheets) sheets_.clear();
  sheets_[key] = now;
  return now;
}

namespace {

// Subjects lie in few regions: each is looked up once a question.
class RegionFilter {
 public:
  RegionFilter(const projections::RegistryStore& store, std::string_view asked)
      : store_(store), asked_(asked) {}

  bool takes(const std::string& region) {
    if (asked_.empty()) return true;
    const auto [known, fresh] = known_.try_emplace(region, false);
    if (fresh) known->second = store_.lies_within(region, asked_);
    return known->second;
  }

 private:
  const projections::RegistryStore& store_;
  std::string_view asked_;
  std::unordered_map<std::string_view, bool> known_;
};

DutyEntry entry_of(const SubjectState& subject, std::uint32_t done, std::uint32_t minimum) {
  return {subject.id, subject.name(), subject.region(), done, minimum};
}

}  // namespace

DutyGauge DutyBoard::gauge(const Duty& duty, Date day, std::string_view region) const {
  const auto all = sheet(duty, day);
  DutyGauge out{duty.id,      duty.rule, duty.name, duty.subjects.kind, all->period,
                duty.minimum, 0,         0,         all->reference};
  RegionFilter filter(store_, region);
  for (const Entry& entry : all->entries) {
    if (!filter.takes(entry.subject->region())) continue;
    ++out.subjects;
    if (entry.done >= duty.minimum) ++out.done;
  }
  return out;
}

DutyPage DutyBoard::subjects(const Duty& duty, Date day, std::string_view region, bool missing,
                             std::string_view after, std::size_t limit) const {
  const auto all = sheet(duty, day);
  DutyPage page;
  RegionFilter filter(store_, region);
  for (const Entry& entry : all->entries) {
    if ((entry.done < duty.minimum) != missing || !filter.takes(entry.subject->region())) continue;
    ++page.total;
    if (entry.subject->id <= after) continue;
    if (page.items.size() == limit) {
      page.next = page.items.back().subject;
      continue;
    }
    if (page.next.empty()) page.items.push_back(entry_of(*entry.subject, entry.done, duty.minimum));
  }
  return page;
}

std::optional<DutyEntry> DutyBoard::of_subject(const Duty& duty, std::string_view subject,
                                               Date day) const {
  const auto state = store_.find(subject);
  if (state == nullptr || state->kind != duty.subjects.kind) return std::nullopt;
  const PeriodDays period = period_of(duty.period, day);
  const Date reference = std::min(day, period.to);
  const auto days = window(duty, *state, period, reference);
  if (!days) return std::nullopt;
  std::uint32_t done = 0;
  if (duty.period == DutyPeriod::meeting) {
    const auto meeting = last_meeting(duty, subject, reference);
    if (meeting != nullptr) done = invited_to(*meeting, duty);
  }
  // One subject's own activities are few: no sheet of all for it.
  for (const auto& link :
       store_.activities_of(subject, days->first, days->second, std::size_t{1} << 20U)) {
    const auto activity = store_.find(link.activity);
    const auto* own = activity ? std::get_if<projections::ActivityState>(&activity->body) : nullptr;
    if (own == nullptr || activity->stage != "held") continue;
    std::string outputs;
    for (const auto& output : own->held.outputs) outputs += output.kind + '\0';
    for (const auto part : link.parts) {
      const Done one{part,           link.day,      subject,
                     own->plan.form, link.activity, static_cast<std::uint32_t>(own->held.solved),
                     outputs};
      done += worth(duty, one);
    }
  }
  return entry_of(*state, done, duty.minimum);
}

}  // namespace huiyin::engine
