#include <algorithm>

#include "keys.hpp"
#include "periods.hpp"
#include "projections/measures.hpp"
#include "projections/rows.hpp"
#include "projections/status_row.hpp"

namespace huiyin::projections {
namespace {

bool lacks_rating(const CaseState& state, const Lane& lane) {
  if (lane.stage != LaneStage::replied || !owes_reply(lane)) return false;
  return std::ranges::any_of(state.proposers, [&](const events::Proposer& proposer) {
    return std::ranges::find(state.withdrawn, proposer.deputy) == state.withdrawn.end() &&
           rating_of(state, lane, proposer.deputy) == nullptr;
  });
}

bool rehandling(const Lane& lane) {
  return is_live(lane) && lane.round > 0 && lane.stage != LaneStage::replied;
}

bool promised(const Lane& lane) {
  return is_live(lane) && lane.meaning && events::promises(*lane.meaning);
}

// What a case weighs on one holder: on an organ by its own lanes and clocks alone.
void append_holder(RowSet& rows, const CaseState& state, LoadBy by, std::string_view holder) {
  if (holder.empty()) return;
  const auto add = [&](LoadMeasure measure, std::uint32_t sub = 0) {
    std::string& key = rows.begin(Family::load);
    put_u8(key, static_cast<std::uint8_t>(by));
    put_text(key, holder);
    rows.end_head();
    put_u8(key, static_cast<std::uint8_t>(measure));
    put_u32(key, sub);
    rows.end();
  };
  const auto mine = [&](const Lane& lane) { return by != LoadBy::organ || lane.organ == holder; };
  const auto any_lane = [&](auto test) {
    return std::ranges::any_of(state.lanes,
                               [&](const Lane& lane) { return mine(lane) && test(lane); });
  };
  const auto any_clock = [&](auto test) {
    return std::ranges::any_of(state.clocks, [&](const ClockInstance& clock) {
      return (by != LoadBy::organ || clock.holder == holder) && test(clock);
    });
  };
  // A promise outlives the close, and so do the clocks of commitments.
  if (any_lane(promised)) add(LoadMeasure::promised);
  if (any_clock([](const auto& c) { return c.missed; })) add(LoadMeasure::overdue);
  if (any_clock([](const auto& c) { return has_spoken(c) && !c.missed; })) {
    add(LoadMeasure::due_soon);
  }
  if (state.ended) {
    if (state.days.closed) add(LoadMeasure::closed, month_number(*state.days.closed));
    return;
  }
  add(LoadMeasure::open);
  add(LoadMeasure::age, week_number(state.collected));
  if (any_lane([&](const Lane& lane) { return lacks_rating(state, lane); })) {
    add(LoadMeasure::unrated);
  }
  if (any_lane(rehandling)) add(LoadMeasure::rehandling);
  if (state.key) add(LoadMeasure::key);
}

template <class Visit>
void each_once(std::vector<std::string_view>& seen, std::string_view name, Visit visit) {
  if (name.empty() || std::ranges::find(seen, name) != seen.end()) return;
  seen.push_back(name);
  visit(name);
}

}  // namespace

void append_load_rows(RowSet& rows, const CaseState& state) {
  std::vector<std::string_view> seen;
  for (const Lane& lane : state.lanes) {
    if (!is_live(lane)) continue;
    each_once(seen, lane.organ,
              [&](std::string_view organ) { append_holder(rows, state, LoadBy::organ, organ); });
  }
  append_holder(rows, state, LoadBy::supervisor, state.supervisor);
  const auto committee = [&](std::string_view organ) {
    append_holder(rows, state, LoadBy::committee, organ);
  };
  seen.clear();
  each_once(seen, state.supervisor, committee);
  for (const std::string& organ : state.joining) each_once(seen, organ, committee);
  if (state.key) {
    const auto leader = [&](std::string_view name) {
      append_holder(rows, state, LoadBy::leader, name);
    };
    seen.clear();
    each_once(seen, state.key->supervising_leader, leader);
    each_once(seen, state.key->handling_leader, leader);
  }
  append_holder(rows, state, LoadBy::officer, state.officer);
  append_holder(rows, state, LoadBy::station, state.station);
  append_holder(rows, state, LoadBy::region, state.region);
}

}  // namespace huiyin::projections
