#include <algorithm>

#include "keys.hpp"
#include "periods.hpp"
#include "projections/measures.hpp"
#include "projections/rows.hpp"

namespace huiyin::projections {
namespace {

using events::Date;
using events::Satisfaction;

Measure measure_of(Satisfaction result) {
  switch (result) {
    case Satisfaction::satisfied:
      return Measure::rated_satisfied;
    case Satisfaction::basically:
      return Measure::rated_basically;
    case Satisfaction::dissatisfied:
      return Measure::rated_dissatisfied;
    case Satisfaction::none:
      return Measure::rated_none;
  }
  return Measure::rated_none;
}

// How a case ended otherwise than by `closed`.
std::optional<Measure> end_measure(std::string_view end_event) {
  if (end_event == "rejected") return Measure::rejected;
  if (end_event == "redirected") return Measure::redirected;
  if (end_event == "answered-on-spot") return Measure::answered_on_spot;
  if (end_event == "withdrawn") return Measure::withdrawn;
  if (end_event == "adopted") return Measure::adopted;
  return std::nullopt;
}

struct Counter {
  RowSet& rows;
  const CaseState& state;

  void add(const std::optional<Date>& day, Measure measure, const Lane* lane) const {
    if (!day) return;
    std::string& key = rows.begin(Family::stats);
    put_u32(key, month_number(*day));
    put_text(key, state.region);
    put_text(key, lane == nullptr ? std::string_view{} : std::string_view{lane->organ});
    put_text(key, lane == nullptr ? std::string_view{} : std::string_view{lane->class_code});
    rows.end_head();
    put_u8(key, static_cast<std::uint8_t>(state.kind));
    put_u8(key, static_cast<std::uint8_t>(measure));
    rows.end();
  }
};

// The lane whose organ and class a figure of the whole case goes by: that of the reply of record,
// before it the lead lane.
const Lane* lane_of_case(const CaseState& state) {
  if (const Lane* record = lane_of_record(state)) return record;
  const auto found = std::ranges::find_if(state.lanes, owes_reply);
  return found == state.lanes.end() ? nullptr : &*found;
}

}  // namespace

// Every figure counts in the month in which it first happened (the local day of the event).
void append_stats_rows(RowSet& rows, const CaseState& state) {
  const Counter count{rows, state};
  const Lane* const lane = lane_of_case(state);
  count.add(state.collected, Measure::collected, lane);
  count.add(state.days.accepted, Measure::accepted, lane);
  count.add(state.days.handed_off, Measure::handed_off, lane);
  count.add(state.days.fed_back, Measure::fed_back, lane);
  count.add(state.days.published, Measure::published, lane);
  if (state.ended) {
    const auto other = end_measure(state.end_event);
    count.add(state.days.closed, other.value_or(Measure::closed), lane);
    if (state.still_dissatisfied) count.add(state.days.closed, Measure::still_dissatisfied, lane);
  }
  if (state.target) {
    const bool merged = state.target->link == events::LinkKind::merge;
    const Date day{std::chrono::floor<std::chrono::days>(state.stage_since)};
    count.add(day, merged ? Measure::merged : Measure::converted, lane);
  }
  for (const Lane& own : state.lanes) {
    if (!own.replied_on) continue;
    count.add(own.replied_on, Measure::replied, &own);
    if (own.on_time)
      count.add(own.replied_on, *own.on_time ? Measure::on_time : Measure::late, &own);
    if (own.meaning && events::promises(*own.meaning)) {
      count.add(own.replied_on, Measure::promised, &own);
    }
  }
  for (const Rating& rating : state.ratings) {
    count.add(state.days.rated, measure_of(rating.result), find_lane(state, rating.lane));
  }
  for (std::uint16_t i = 0; i < state.rehandlings; ++i) {
    count.add(state.days.rated, Measure::rehandled, lane);
  }
  for (std::uint16_t i = 0; i < state.revisits; ++i) {
    count.add(state.days.replied, Measure::revisited, lane);
  }
}

}  // namespace huiyin::projections
