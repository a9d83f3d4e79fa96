// On which days a station receives citizens, by a rule: a weekday, a fixed day of the month, the
// fifteenth of odd months, its market days; put off where that is a day off (S2-24, S2-27, S2-30,
// S4-9, S4-11).
#pragma once

#include <optional>
#include <vector>

#include "engine/calendar.hpp"
#include "events/case_types.hpp"
#include "events/registry_events.hpp"

namespace huiyin::supervision {

using events::Date;

enum class ReceptionRule : std::uint8_t { weekly, monthly, odd_month_15, market_day };
constexpr auto names(ReceptionRule) {
  return std::array<std::string_view, 4>{"weekly", "monthly", "odd-month-15", "market-day"};
}
enum class Weekday : std::uint8_t {
  sunday,
  monday,
  tuesday,
  wednesday,
  thursday,
  friday,
  saturday
};
constexpr auto names(Weekday) {
  return std::array<std::string_view, 7>{"sunday",   "monday", "tuesday", "wednesday",
                                         "thursday", "friday", "saturday"};
}
// What becomes of a day that is off by the calendar.
enum class OnDaysOff : std::uint8_t { next_working_day, leave_out, keep };
constexpr auto names(OnDaysOff) {
  return std::array<std::string_view, 3>{"next-working-day", "leave-out", "keep"};
}

struct ReceptionSchedule {
  ReceptionRule rule{};
  std::optional<Weekday> weekday;  // of weekly
  std::uint16_t day = 0;           // of monthly; in a shorter month its last day
  Date from{}, to{};
  std::optional<OnDaysOff> on_days_off;  // absent: next-working-day, of market days keep

  template <class Archive>
  void serialize(Archive& ar) {
    using events::optional, events::required;
    ar(required("rule", rule), optional("weekday", weekday), optional("day", day),
       required("from", from), required("to", to), optional("on_days_off", on_days_off));
  }
};

// What is wrong with a schedule, as a sentence; nothing when it is sound.
std::optional<std::string> wrong_with(const ReceptionSchedule& schedule,
                                      const std::optional<events::MarketDaysSet>& market);

// The days, in order, each once; by the rule's day they lie in the schedule's days, put off they
// may lie after them.
std::vector<Date> reception_days(const ReceptionSchedule& schedule,
                                 const std::optional<events::MarketDaysSet>& market,
                                 const engine::Calendar& calendar);

}  // namespace huiyin::supervision
