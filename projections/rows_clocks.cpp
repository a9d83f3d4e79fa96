#include "keys.hpp"
#include "projections/rows.hpp"
#include "projections/status_row.hpp"
#include "record_codec.hpp"

namespace huiyin::projections {

void append_due_rows(RowSet& rows, const CaseState& state) {
  for (const ClockInstance& clock : state.clocks) {
    // A provisional clock warns but does not miss: the engine decides that when the row comes up.
    if (clock.thresholds.empty() || clock.paused) continue;
    std::string& key = rows.begin(Family::due);
    put_u8(key, state.imported ? 1 : 0);
    put_instant(key, clock.thresholds.front().at);
    put_text(key, state.id);
    put_clock(key, clock.key);
    rows.end();
  }
  if (!state.outbox.empty()) {
    rows.begin(Family::outbox) += state.id;
    rows.end();
  }
}

void append_overdue_rows(RowSet& rows, const CaseState& state) {
  for (const ClockInstance& clock : state.clocks) {
    if (!has_spoken(clock)) continue;
    const auto add = [&](OverdueDimension dimension, std::string_view value) {
      std::string& key = rows.begin(Family::overdue);
      put_u8(key, static_cast<std::uint8_t>(dimension));
      put_text(key, value);
      rows.end_head();
      put_instant(key, clock.due);
      put_text(key, state.id);
      put_clock(key, clock.key);
    };
    OverdueRow row;
    row.id = state.id;
    row.key = clock.key;
    row.holder = clock.holder;
    row.due = clock.due;
    row.colour = clock.colour;
    row.level = clock.level;
    row.missed = clock.missed;
    row.provisional = clock.provisional;
    row.supervisor = state.supervisor;
    row.region = state.region;
    row.station = state.station;
    row.joining = state.joining;
    for (const auto& proposer : state.proposers) row.deputies.push_back(proposer.deputy);
    add(OverdueDimension::all, "");
    encode_record(rows.end_key(), row);
    rows.end();
    const auto add_index = [&](OverdueDimension dimension, std::string_view value) {
      if (value.empty()) return;
      add(dimension, value);
      rows.end();
    };
    add_index(OverdueDimension::holder, clock.holder);
    add_index(OverdueDimension::supervisor, state.supervisor);
    for (const std::string& organ : state.joining) {
      if (organ != state.supervisor) add_index(OverdueDimension::supervisor, organ);
    }
    each_region(state.region, [&](std::string_view code) {
      if (indexed_region(code)) add_index(OverdueDimension::region, code);
    });
    for (const std::string& deputy : row.deputies) add_index(OverdueDimension::deputy, deputy);
    add_index(OverdueDimension::station, state.station);
  }
}

}  // namespace huiyin::projections
