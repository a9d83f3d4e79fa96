#include "node/duty_watch.hpp"

#include "crypto/uuid.hpp"
#include "node/logging.hpp"

namespace huiyin::node {
namespace {

using engine::Duty;
using engine::DutyPeriod;
using events::Date;
using events::SubjectKind;
using projections::DutyState;

constexpr std::chrono::minutes pause{5};
constexpr std::size_t of_one_event = 1'000;  // ids that are missing

// Periods that all who owe the duty have in common. A term's ends with each congress, a market day
// is each station's own.
bool is_common(DutyPeriod period) {
  return period != DutyPeriod::term && period != DutyPeriod::market_day &&
         period != DutyPeriod::meeting;
}

}  // namespace

DutyWatch::DutyWatch(Registry& registry, engine::IdSource& ids)
    : registry_(registry),
      ids_(ids),
      thread_([this](const std::stop_token& stop) { watch(stop); }) {}

DutyWatch::~DutyWatch() = default;

void DutyWatch::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (const auto looked = look(); !looked)
      log(LogLevel::warning, "duties could not be looked at", {{"error", looked.error()}});
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, pause, [] { return false; });
  }
}

DutyWatch::Done DutyWatch::look() {
  // What was acknowledged before counts.
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  registry_.store().wait_applied({0, registry_.log().end(0)}, patience);
  const Date today = registry_.rules().zone->local_day(ids_.now());
  std::vector<std::shared_ptr<const projections::SubjectState>> over;
  registry_.store().each(SubjectKind::duty, "", [&](const auto& subject) {
    const auto& own = std::get<DutyState>(subject->body);
    if (!own.closed && own.what.to < today) over.push_back(subject);
    return true;
  });
  for (const auto& subject : over) {
    if (auto done = close(*subject); !done) return done;
  }
  for (const Duty& duty : registry_.rules().duties) {
    if (!is_common(duty.period)) continue;
    if (auto done = look_at(duty, today); !done) return done;
  }
  return {};
}

DutyWatch::Done DutyWatch::look_at(const Duty& duty, Date day) {
  const auto gauge = registry_.duties().gauge(duty, day, "");
  if (gauge.subjects == 0) return {};
  const std::string subject = duty.id + "." + gauge.period.label;
  const auto known = registry_.store().find(subject);
  if (known == nullptr) {
    events::DutyOpened opened{duty.id,           duty.name,       gauge.period.label,
                              gauge.period.from, gauge.period.to, duty.minimum};
    if (auto done = give(subject, "open", std::move(opened)); !done) return done;
  }
  const bool warned = known != nullptr && std::get<DutyState>(known->body).warned.has_value();
  const auto warn_from = std::chrono::sys_days{gauge.period.to} - std::chrono::days{duty.warn_days};
  if (warned || duty.warn_days == 0 || std::chrono::sys_days{day} < warn_from) return {};
  return tell<events::DutyWarned>(duty, subject, day, "warn");
}

DutyWatch::Done DutyWatch::close(const projections::SubjectState& subject) {
  const auto& what = std::get<DutyState>(subject.body).what;
  if (const Duty* duty = registry_.rules().duty(what.duty))
    return tell<events::DutyClosed>(*duty, subject.id, what.to, "close");
  // The duty is not in the configuration any more.
  return give(subject.id, "close", events::DutyClosed{});
}

template <class Event>
DutyWatch::Done DutyWatch::tell(const Duty& duty, const std::string& subject, Date day,
                                std::string_view word) {
  const auto gauge = registry_.duties().gauge(duty, day, "");
  std::string after;
  for (std::size_t part = 0;; ++part) {
    const auto page = registry_.duties().subjects(duty, day, "", true, after, of_one_event);
    Event event{};
    event.done = gauge.done;
    event.subjects = gauge.subjects;
    for (const auto& entry : page.items) event.missing.push_back(entry.subject);
    event.more = !page.next.empty();
    const bool more = event.more;
    const std::string key = std::string(word) + "." + std::to_string(part);
    if (auto done = give(subject, key, std::move(event)); !done) return done;
    if (!more) return {};
    after = page.next;
  }
}

DutyWatch::Done DutyWatch::give(const std::string& subject, std::string_view key,
                                events::RegistryEventBody body) {
  engine::RegistryCommand command;
  command.body = std::move(body);
  command.case_id = subject;
  command.actor = {.id = "duty-watch", .role = engine::Role::timer};
  // The same after a crash between two of them: it is told once.
  const std::array<std::string_view, 3> parts{"duty-watch", subject, key};
  command.id = crypto::uuid_v8(parts);
  command.hash = command.id;
  const auto answer = registry_.execute(std::move(command));
  if (const auto* refusal = std::get_if<engine::Refusal>(&answer))
    return std::unexpected(subject + ": " + refusal->detail);
  if (const auto* error = std::get_if<engine::RuntimeError>(&answer))
    return std::unexpected(error->detail);
  return {};
}

}  // namespace huiyin::node
