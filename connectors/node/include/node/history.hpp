// A case's past, read from the log: its events one by one, and the state that a prefix folds to.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "events/event_log.hpp"
#include "projections/case_state.hpp"
#include "projections/rebuild.hpp"
#include "projections/view_store.hpp"

namespace huiyin::node {

struct HistoryOptions {
  projections::Cut cut;
  std::uint32_t after =
      0;  // versions up to this one are left out (but folded, where states are asked for)
  std::size_t limit = 500;
  bool states = false;  // the state after each event
};

// {"case":…,"events":[{version, position, type, time, actor, role, behalf?, occurred_at, stage,
// corrected_by?, data, state?}],"gaps":[[from,to]],"next":…}. Nothing: no such case (at that time).
std::expected<std::optional<std::string>, events::LogError> history_json(
    const events::EventLog& log, const projections::ViewStore& views, const std::string& case_id,
    const HistoryOptions& options);

// What the case was after the prefix that the cut leaves. Nothing: it was not there yet.
std::expected<std::optional<projections::CaseState>, events::LogError> state_at(
    const events::EventLog& log, const projections::ViewStore& views, const std::string& case_id,
    const projections::Cut& cut);

// The long texts that the state only points to: {"body":…,"replies":{"1":…}}.
std::expected<std::string, events::LogError> texts_json(const events::EventLog& log,
                                                        const projections::ViewStore& views,
                                                        const projections::CaseState& state);

}  // namespace huiyin::node
