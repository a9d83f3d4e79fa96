#include <algorithm>

#include "keys.hpp"
#include "projections/rows.hpp"
#include "projections/status_row.hpp"

namespace huiyin::projections {
namespace {

void add_once(std::vector<std::string>& list, const std::string& item) {
  if (std::ranges::find(list, item) == list.end()) list.push_back(item);
}

std::string_view class_of(const CaseState& state) {
  const Lane* record = lane_of_record(state);
  return record == nullptr ? std::string_view{} : record->class_code;
}

}  // namespace

bool has_spoken(const ClockInstance& clock) {
  return clock.missed || clock.colour != events::Colour::none;
}

StatusRow status_row(const CaseState& state) {
  StatusRow row;
  row.id = state.id;
  row.version = state.version;
  row.kind = state.kind;
  row.stage = state.stage;
  row.ended = state.ended;
  row.title = state.title;
  row.station = state.station;
  row.region = state.region;
  row.category = state.category;
  row.class_code = class_of(state);
  for (const Lane& lane : state.lanes) {
    if (!is_live(lane)) continue;
    add_once(row.organs, lane.organ);
    row.promised = row.promised || (lane.meaning && events::promises(*lane.meaning));
  }
  for (const auto& proposer : state.proposers) add_once(row.deputies, proposer.deputy);
  row.supervisor = state.supervisor;
  row.joining = state.joining;
  row.collected_at = state.collected_at;
  row.updated = state.updated;
  for (const ClockInstance& clock : state.clocks) {
    if (!row.due || clock.due < *row.due) row.due = clock.due;
    row.colour = std::max(row.colour, clock.colour);
    row.overdue = row.overdue || clock.missed;
  }
  row.key = state.key.has_value();
  row.imported = state.imported;
  return row;
}

void append_index_rows(RowSet& rows, const CaseState& state) {
  const auto add = [&](Dimension dimension, std::string_view value) {
    std::string& key = rows.begin(Family::index);
    put_u8(key, static_cast<std::uint8_t>(dimension));
    put_text(key, value);
    rows.end_head();
    put_instant(key, state.collected_at);
    key += state.id;
    rows.end();
  };
  const auto add_set = [&](Dimension dimension, std::string_view value) {
    if (!value.empty()) add(dimension, value);
  };
  add(Dimension::all, "");
  add(Dimension::stage, state.stage);
  for (std::size_t i = 0; i < state.lanes.size(); ++i) {
    const Lane& lane = state.lanes[i];
    const auto same = [&](const Lane& other) {
      return is_live(other) && other.organ == lane.organ;
    };
    const auto before = state.lanes.begin() + static_cast<std::ptrdiff_t>(i);
    if (is_live(lane) && std::find_if(state.lanes.begin(), before, same) == before) {
      add_set(Dimension::organ, lane.organ);
    }
  }
  for (std::size_t i = 0; i < state.proposers.size(); ++i) {
    const auto before = state.proposers.begin() + static_cast<std::ptrdiff_t>(i);
    const auto& deputy = state.proposers[i].deputy;
    const auto same = [&](const events::Proposer& other) { return other.deputy == deputy; };
    if (std::find_if(state.proposers.begin(), before, same) == before) {
      add_set(Dimension::deputy, deputy);
    }
  }
  add_set(Dimension::station, state.station);
  each_region(state.region, [&](std::string_view code) {
    if (indexed_region(code)) add(Dimension::region, code);
  });
  each_category(state.category, [&](std::string_view path) { add(Dimension::category, path); });
  add_set(Dimension::class_code, class_of(state));
  if (std::ranges::any_of(state.clocks, &ClockInstance::missed)) add(Dimension::overdue, "");
  add_set(Dimension::supervisor, state.supervisor);
  for (const std::string& organ : state.joining) {
    if (organ != state.supervisor) add_set(Dimension::supervisor, organ);
  }
}

}  // namespace huiyin::projections
