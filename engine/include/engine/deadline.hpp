// When something is due. Pure arithmetic on local days; a due date means the end of that local day
// (Zone::end_of_day), and on the due day itself nothing is overdue (DESIGN §6).
//
// The rules are those of 民法典 arts 200 to 204: the start day is not counted; a month deadline
// falls on the same day number or on the month's last day; a last day that is a day off moves to
// the next working day. Whether suggestions follow the last one no document says, so each clock
// names its Roll.
//
// Dates must be valid and durations non-negative within the limits of engine/duration.hpp.
#pragma once

#include <cstdint>
#include <string>

#include "engine/calendar.hpp"
#include "engine/duration.hpp"

namespace huiyin::engine {

enum class Roll : std::uint8_t { none, next_working_day };

struct DueDate {
  Date date;
  // The result rests on a year that the calendar has not loaded: show and warn, but neither miss
  // nor escalate before `recalculate` has confirmed it.
  bool provisional = false;
  std::string calendar_version;
  bool operator==(const DueDate&) const = default;
};

// The day on which what began on `start` is due.
DueDate after(const Calendar& calendar, Date start, const Duration& duration, Roll roll);

// The day that lies `duration` before `anchor`, for warnings and for clocks that must end before
// another does. The anchor is not counted and nothing rolls, since that would come too late. For
// working days this is the inverse of `after`. A FixedDay is the last such day before the anchor.
DueDate before(const Calendar& calendar, Date anchor, const Duration& duration);

enum class CountUnit : std::uint8_t { days, working_days };

// What a paused clock counts: working days for clocks in working days, days for all others.
CountUnit count_unit(const Duration& duration);

// Time left on a paused clock; negative when it was paused after its due day.
struct Remaining {
  CountUnit unit = CountUnit::days;
  int count = 0;
  bool operator==(const Remaining&) const = default;
};

// The days in (paused, due].
Remaining remaining(const Calendar& calendar, CountUnit unit, Date paused, Date due);

// The due day of a clock that goes on on `resumed` with `left`. Resumed on the day of the pause it
// is due as before. A remainder in working days always ends on a working day, also when it is zero
// and the clock resumes on a day off; one in days rolls as the clock does.
DueDate resume(const Calendar& calendar, Remaining left, Date resumed, Roll roll);

}  // namespace huiyin::engine
