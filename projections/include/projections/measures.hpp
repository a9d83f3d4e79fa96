// What load and stats count. The orders are those of stored keys: append only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace huiyin::projections {

// Whose load. Organs by their live lanes; supervisor is the responsible organ, committee also those
// that join (S2-33); leaders by a key mark (S3-14).
enum class LoadBy : std::uint8_t { organ, supervisor, committee, leader, officer, station, region };
constexpr auto names(LoadBy) {
  return std::array<std::string_view, 7>{"organ",   "supervisor", "committee", "leader",
                                         "officer", "station",    "region"};
}

// `closed` is kept per month, `age` per week of collection of what is open.
enum class LoadMeasure : std::uint8_t {
  open,
  due_soon,
  overdue,
  unrated,
  promised,
  rehandling,
  key,
  closed,
  age
};

enum class Measure : std::uint8_t {
  collected,
  accepted,
  rejected,
  redirected,
  answered_on_spot,
  withdrawn,
  adopted,
  merged,
  converted,
  handed_off,
  replied,
  on_time,
  late,
  promised,
  rated_satisfied,
  rated_basically,
  rated_dissatisfied,
  rated_none,
  rehandled,
  revisited,
  fed_back,
  published,
  closed,
  still_dissatisfied
};
inline constexpr std::size_t measure_count = 24;
constexpr auto names(Measure) {
  return std::array<std::string_view, measure_count>{"collected",
                                                     "accepted",
                                                     "rejected",
                                                     "redirected",
                                                     "answered-on-spot",
                                                     "withdrawn",
                                                     "adopted",
                                                     "merged",
                                                     "converted",
                                                     "handed-off",
                                                     "replied",
                                                     "on-time",
                                                     "late",
                                                     "promised",
                                                     "rated-satisfied",
                                                     "rated-basically",
                                                     "rated-dissatisfied",
                                                     "rated-none",
                                                     "rehandled",
                                                     "revisited",
                                                     "fed-back",
                                                     "published",
                                                     "closed",
                                                     "still-dissatisfied"};
}

// Figures of different units are never added (S1-31, rules.md X4.5): 件 cases, 件次 replies of
// lanes, 人次 ratings by deputies, 次 acts.
constexpr std::string_view unit_of(Measure measure) {
  switch (measure) {
    case Measure::replied:
    case Measure::on_time:
    case Measure::late:
    case Measure::promised:
      return "replies";
    case Measure::rated_satisfied:
    case Measure::rated_basically:
    case Measure::rated_dissatisfied:
    case Measure::rated_none:
      return "ratings";
    case Measure::rehandled:
    case Measure::revisited:
      return "acts";
    case Measure::collected:
    case Measure::accepted:
    case Measure::rejected:
    case Measure::redirected:
    case Measure::answered_on_spot:
    case Measure::withdrawn:
    case Measure::adopted:
    case Measure::merged:
    case Measure::converted:
    case Measure::handed_off:
    case Measure::fed_back:
    case Measure::published:
    case Measure::closed:
    case Measure::still_dissatisfied:
      return "cases";
  }
  return "cases";
}

}  // namespace huiyin::projections
