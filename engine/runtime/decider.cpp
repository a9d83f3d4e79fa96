#include "decider.hpp"

#include <algorithm>

#include "engine/registry_kind.hpp"

namespace huiyin::engine {

namespace {

constexpr std::string_view engine_actor = "timer";

RuntimeError unavailable(std::string detail) {
  return {RuntimeErrorCode::unavailable, std::move(detail)};
}

}  // namespace

template <class Kind>
Decider<Kind>::Decider(const events::EventLog& log, const typename Kind::Views& views,
                       const typename Kind::Rules& rules, IdSource& ids,
                       const ProcessorOptions& options, Metrics& metrics)
    : log_(log),
      views_(views),
      rules_(rules),
      ids_(ids),
      options_(options),
      metrics_(metrics),
      writer_(ids, options.source),
      states_(options.limits.state_cache_bytes) {
  chunk_.number = 1;
}

template <class Kind>
std::expected<void, std::string> Decider<Kind>::resume() {
  states_.clear();
  in_flight_order_.clear();
  in_flight_.clear();
  return writer_.resume(log_);
}

template <class Kind>
void Decider<Kind>::applied(std::uint64_t number) {
  applied_ = number;
  while (!in_flight_order_.empty() && in_flight_order_.front().first <= number) {
    in_flight_.erase(in_flight_.find(*in_flight_order_.front().second));
    in_flight_order_.pop_front();
  }
  states_.trim(number);
  metrics_.cached_states.store(states_.size(), std::memory_order_relaxed);
  metrics_.cached_state_bytes.store(states_.bytes(), std::memory_order_relaxed);
}

template <class Kind>
Chunk<Kind> Decider<Kind>::take_chunk() {
  Chunk<Kind> out = std::move(chunk_);
  chunk_ = {};
  chunk_.number = out.number + 1;
  return out;
}

template <class Kind>
void Decider<Kind>::answer(const Submission<Kind>& one, Answer answer, Counter* outcome) {
  if (outcome == nullptr && std::holds_alternative<Command>(one.work)) outcome = &metrics_.accepted;
  chunk_.replies.push_back({one.sink, {one.token, std::move(answer)}, one.since, outcome});
}

template <class Kind>
auto Decider<Kind>::decide(Submission<Kind>& one) -> std::optional<Parked> {
  if (const auto* due = std::get_if<Tick>(&one.work)) return tick(one, *due);
  return command(one, std::get<Command>(one.work));
}

template <class Kind>
auto Decider<Kind>::begin(std::string_view case_id) -> std::expected<Step, RuntimeError> {
  Step step;
  step.case_id = case_id;
  step.partition = events::partition_of(case_id, log_.partitions());
  step.entry = states_.find(case_id);
  if (step.entry == nullptr) {
    auto stored = views_.load_state(case_id);
    if (!stored) return std::unexpected(unavailable("state: " + stored.error().detail));
    // States of this cache are shared with readers; they change only by being replaced, or within
    // the chunk that made them.
    if (*stored) {
      step.entry = &states_.put(std::string(case_id), std::const_pointer_cast<State>(*stored), 0);
    }
  }
  step.mark = writer_.mark(step.partition);
  step.records = chunk_.records.size();
  step.bytes = chunk_.bytes;
  step.follow_ups = chunk_.follow_ups.size();
  return step;
}

template <class Kind>
void Decider<Kind>::fire_timers(Step& step, events::Instant until, events::Instant now) {
  auto timer = Kind::next_timer(rules_, step.state(none_), until);
  if (!timer) return;
  writer_.cause({.actor = engine_actor, .role = Role::timer});
  // On a copy: if the command is refused, nothing has happened.
  step.after = std::make_shared<State>(step.state(none_));
  while (timer) {
    const std::string process = step.after->process;
    write(step, timer->event, process, now, ids_.derived_id(timer->key));
    timer = Kind::next_timer(rules_, *step.after, until);
  }
}

// Makes `after` ready to be folded into.
template <class Kind>
void Decider<Kind>::change(Step& step) {
  if (step.after) return;
  if (step.entry == nullptr) {
    step.after = std::make_shared<State>();
  } else if (step.entry->chunk == chunk_.number) {
    step.after = step.entry->state;  // nobody else has seen it yet
  } else {
    step.after = std::make_shared<State>(*step.entry->state);
  }
}

template <class Kind>
void Decider<Kind>::write(Step& step, const typename Kind::Event& event, std::string_view process,
                          events::Instant now, std::string id) {
  const std::uint32_t version = step.after->version + 1;
  const auto& envelope = writer_.begin(step.partition, step.case_id, version, event.type(), process,
                                       now, std::move(id));
  Kind::encode(writer_.data(), event);
  chunk_.records.push_back(writer_.finish());
  chunk_.bytes += chunk_.records.back().frame.size();
  Kind::fold(*step.after, writer_.view(), event);
  step.history.push_back({version, envelope.sequence});
  step.outcome.position = chunk_.records.back().position;
  step.outcome.events.push_back({envelope.id, event.type(), version});
  for (const auto& follow_up : event.common.follow_ups) {
    chunk_.follow_ups.push_back({std::string(step.case_id), event.common.occurred_at, follow_up});
  }
  chunk_.newest_time = std::max(chunk_.newest_time, envelope.time);
}

// Takes the step's events into the chunk for good.
template <class Kind>
void Decider<Kind>::keep(Step& step) {
  const bool continues = step.entry != nullptr && step.entry->chunk == chunk_.number;
  if (continues) {
    auto& known = chunk_.changes[step.entry->change];
    known.after = step.after;
    known.history.insert(known.history.end(), step.history.begin(), step.history.end());
  } else {
    chunk_.changes.push_back({step.partition, step.entry != nullptr ? step.entry->state : nullptr,
                              step.after, std::move(step.history)});
  }
  if (step.entry == nullptr) {
    step.entry = &states_.put(std::string(step.case_id), step.after, chunk_.number);
  } else {
    states_.replace(*step.entry, step.after);
  }
  step.entry->chunk = chunk_.number;
  if (!continues) step.entry->change = chunk_.changes.size() - 1;
  step.outcome.case_id = step.case_id;
  step.outcome.version = step.after->version;
  step.outcome.stage = step.after->stage;
}

template <class Kind>
void Decider<Kind>::undo(const Step& step) {
  if (!step.after) return;
  chunk_.records.resize(step.records);
  chunk_.bytes = step.bytes;
  chunk_.follow_ups.resize(step.follow_ups);
  writer_.back_to(step.mark);
}

template <class Kind>
auto Decider<Kind>::tick(const Submission<Kind>& one, const Tick& tick) -> std::optional<Parked> {
  auto step = begin(tick.case_id);
  if (!step) {
    answer(one, step.error());
    return std::nullopt;
  }
  const events::Instant now = ids_.now();
  fire_timers(*step, std::min(tick.until, now), now);
  if (step->after) keep(*step);
  count(metrics_.timer_events, step->outcome.events.size());
  answer(one, std::move(step->outcome));
  return std::nullopt;
}

template <class Kind>
auto Decider<Kind>::command(const Submission<Kind>& one, Command& asked) -> std::optional<Parked> {
  const bool can_repeat = projections::can_repeat(asked.id);
  if (can_repeat) {
    if (const auto known = in_flight_.find(asked.id); known != in_flight_.end()) {
      return Parked{known->second};
    }
  }
  auto begun = begin(asked.case_id);
  if (!begun) {
    answer(one, begun.error());
    return std::nullopt;
  }
  // An id belongs to one case: a case that is not there has taken none.
  if (can_repeat && begun->entry != nullptr) {
    if (const auto record = views_.find_command(asked.id, asked.case_id)) {
      if (record->hash != asked.hash) {
        answer(one, RuntimeError{RuntimeErrorCode::conflict,
                                 "this key came before with another command"});
        return std::nullopt;
      }
      auto outcome = repeat(*record);
      answer(one, outcome ? Answer(std::move(*outcome)) : Answer(outcome.error()),
             &metrics_.repeated);
      return std::nullopt;
    }
  }
  Step& step = *begun;
  const State& before = step.state(none_);
  const auto wait = look_up(step, asked);
  if (!wait) {
    answer(one, wait.error());
    return std::nullopt;
  }
  if (*wait) return *wait;

  // A clock that was set back does not make a case's present its future.
  const events::Instant now = std::max(ids_.now(), before.last_occurred);
  // The engine's own commands happen when they were caused, or as soon after as the case allows.
  if (asked.actor.role == Role::timer && asked.occurred_at) {
    asked.occurred_at = std::min(std::max(*asked.occurred_at, before.last_occurred), now);
  }
  // The version that the sender saw is that before the timers.
  if (before.version > 0 && asked.expected_version == before.version) {
    asked.expected_version.reset();
  }
  if (!asked.expected_version) {
    fire_timers(step, std::min(asked.occurred_at.value_or(now), now), now);
  }
  const std::size_t fired = step.outcome.events.size();
  auto decision = Kind::decide(rules_, step.state(none_), asked, now);
  if (!decision) {
    undo(step);
    answer(one, std::move(decision.error()));
    return std::nullopt;
  }
  change(step);
  writer_.cause(
      {asked.actor.id, asked.behalf, asked.id, asked.hash, asked.traceparent, asked.actor.role});
  step.outcome.events.clear();  // the timers are not the command's
  for (const auto& event : decision->events) write(step, event, decision->process, now, {});
  keep(step);
  count(metrics_.timer_events, fired);
  if (can_repeat) {
    const auto count_of = static_cast<std::uint32_t>(decision->events.size());
    const events::Position last = step.outcome.position;
    const auto [known, fresh] = in_flight_.emplace(asked.id, chunk_.number);
    in_flight_order_.emplace_back(chunk_.number, &known->first);
    chunk_.commands.push_back({std::move(asked.id),
                               step.outcome.case_id,
                               std::move(asked.hash),
                               {last.partition, last.sequence - count_of + 1},
                               count_of,
                               step.after->updated});
  }
  answer(one, std::move(step.outcome));
  return std::nullopt;
}

// Finds the event that a command names. It may not be in the views yet: then the command waits.
template <class Kind>
auto Decider<Kind>::look_up(const Step& step, Command& asked)
    -> std::expected<std::optional<Parked>, RuntimeError> {
  const auto version = Kind::looks_up(asked);
  if (!version || step.entry == nullptr || *version == 0 || *version > step.entry->state->version) {
    return std::nullopt;  // decide refuses it
  }
  const auto history = views_.history(step.case_id, *version, 1);
  if (!history) return std::unexpected(unavailable("history: " + history.error().detail));
  if (history->empty() || history->front().version != *version) {
    if (step.entry->chunk > applied_) return Parked{step.entry->chunk};
    return std::unexpected(unavailable("history: version " + std::to_string(*version) + " of " +
                                       std::string(step.case_id) + " is not stored"));
  }
  std::string frame;
  events::EnvelopeView envelope;
  const auto event = read({step.partition, history->front().sequence}, frame, envelope);
  if (!event) return std::unexpected(unavailable(event.error()));
  Kind::looked_up(asked, *event);
  return std::nullopt;
}

template <class Kind>
std::expected<typename Kind::Event, std::string> Decider<Kind>::read(
    events::Position position, std::string& frame, events::EnvelopeView& envelope) {
  auto stored = log_.get(position);
  if (!stored) return std::unexpected(stored.error().detail);
  frame = std::move(*stored);
  const auto decoded = events::decode_frame(frame);
  if (!decoded) return std::unexpected(events::format_position(position) + ": " + decoded.error());
  envelope = decoded->envelope;
  return Kind::decode(parser_, *decoded);
}

// The answer that the command got, from its events.
template <class Kind>
std::expected<Outcome, RuntimeError> Decider<Kind>::repeat(
    const projections::CommandRecord& record) {
  Outcome outcome;
  outcome.case_id = record.case_id;
  std::string frame;
  events::EnvelopeView envelope;
  for (std::uint32_t i = 0; i < record.count; ++i) {
    const events::Position position{record.first.partition, record.first.sequence + i};
    auto event = read(position, frame, envelope);
    if (!event) return std::unexpected(unavailable(event.error()));
    outcome.events.push_back({std::string(envelope.id), event->type(), envelope.subject_version});
    outcome.position = position;
    outcome.version = envelope.subject_version;
    outcome.stage = std::move(event->common.stage);
  }
  return outcome;
}

template class Decider<CaseKind>;
template class Decider<RegistryKind>;

}  // namespace huiyin::engine
