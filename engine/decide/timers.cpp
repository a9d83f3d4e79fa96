#include <algorithm>

#include "engine/decide.hpp"

namespace huiyin::engine {
namespace {

using namespace events;
using projections::CaseState;
using projections::ClockInstance;

// The running clock whose next threshold comes first. Warnings of provisional clocks fire, their
// misses and escalations wait until the year's calendar is there (DESIGN.md section 6).
const ClockInstance* earliest(const CaseState& state, Instant until) {
  const ClockInstance* found = nullptr;
  for (const ClockInstance& running : state.clocks) {
    if (running.paused || running.thresholds.empty()) continue;
    const Threshold& next = running.thresholds.front();
    if (next.at > until || (running.provisional && next.kind != ThresholdKind::warn)) continue;
    if (found == nullptr || next.at < found->thresholds.front().at ||
        (next.at == found->thresholds.front().at && running.key < found->key)) {
      found = &running;
    }
  }
  return found;
}

CaseEventBody body_of(const ClockInstance& running, const Threshold& threshold) {
  switch (threshold.kind) {
    case ThresholdKind::warn:
      return DeadlineWarned{running.key, running.due, threshold.colour, running.holder};
    case ThresholdKind::miss:
      return DeadlineMissed{running.key, running.due, running.holder};
    case ThresholdKind::escalate:
      break;
  }
  return Escalated{running.key,      running.due,
                   threshold.colour, static_cast<std::uint16_t>(running.level + 1),
                   threshold.to,     running.holder};
}

}  // namespace

std::optional<TimerEvent> next_timer(const Definition& definition, const CaseState& state,
                                     Instant until) {
  const ClockInstance* running = earliest(state, until);
  if (running == nullptr) return std::nullopt;
  const Threshold& threshold = running->thresholds.front();
  TimerEvent out;
  out.event.common.occurred_at = threshold.at;
  out.event.common.day = definition.zone.local_day(threshold.at);
  out.event.common.stage = state.stage;
  out.event.common.ended = state.ended;
  out.event.body = body_of(*running, threshold);
  const ClockKey& key = running->key;
  out.key = state.id + "|" + key.clock + "|" + std::to_string(key.lane) + "|" + key.deputy + "|" +
            std::to_string(key.round) + "|" + std::string(name_of(threshold.kind)) + "|" +
            std::to_string(running->level) + "|" + format_instant(threshold.at) + "|" +
            format_instant(running->due);
  return out;
}

}  // namespace huiyin::engine
