#include "supervision/reception_days.hpp"

#include <algorithm>

#include "engine/market_days.hpp"

namespace huiyin::supervision {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

constexpr unsigned fifteenth = 15;

bool falls_on(const ReceptionSchedule& schedule, const std::optional<events::MarketDaysSet>& market,
              Date day) {
  const unsigned number = static_cast<unsigned>(day.day());
  switch (schedule.rule) {
    case ReceptionRule::weekly:
      return schedule.weekday && std::chrono::weekday{sys_days{day}}.c_encoding() ==
                                     static_cast<unsigned>(*schedule.weekday);
    case ReceptionRule::monthly: {
      const Date last{sys_days{day.year() / day.month() / std::chrono::last}};
      return number == schedule.day || (day == last && schedule.day > number);
    }
    case ReceptionRule::odd_month_15:
      return number == fifteenth && static_cast<unsigned>(day.month()) % 2 == 1;
    case ReceptionRule::market_day:
      return market && engine::last_market_day(*market, day) == day;
  }
  return false;
}

std::optional<Date> held_on(Date day, OnDaysOff on_days_off, const engine::Calendar& calendar) {
  if (on_days_off == OnDaysOff::keep || calendar.is_working_day(day)) return day;
  if (on_days_off == OnDaysOff::leave_out) return std::nullopt;
  return calendar.add_working_days(day, 0);
}

}  // namespace

std::optional<std::string> wrong_with(const ReceptionSchedule& schedule,
                                      const std::optional<events::MarketDaysSet>& market) {
  constexpr int most_days = 1'100;  // three years
  constexpr std::uint16_t last = 31;
  if (schedule.to < schedule.from) return "it ends before it begins";
  if ((sys_days{schedule.to} - sys_days{schedule.from}).count() > most_days)
    return "at most three years at a time";
  if (schedule.rule == ReceptionRule::weekly && !schedule.weekday)
    return "weekly: on which weekday?";
  if (schedule.rule == ReceptionRule::monthly && (schedule.day == 0 || schedule.day > last))
    return "monthly: on which day, 1 to 31?";
  if (schedule.rule == ReceptionRule::market_day && !market)
    return "the station has no market days: set-market-days";
  return std::nullopt;
}

std::vector<Date> reception_days(const ReceptionSchedule& schedule,
                                 const std::optional<events::MarketDaysSet>& market,
                                 const engine::Calendar& calendar) {
  std::vector<Date> out;
  const auto on_days_off = schedule.on_days_off.value_or(
      schedule.rule == ReceptionRule::market_day ? OnDaysOff::keep : OnDaysOff::next_working_day);
  for (sys_days at{schedule.from}; at <= sys_days{schedule.to}; at += days{1}) {
    if (!falls_on(schedule, market, Date{at})) continue;
    if (const auto day = held_on(Date{at}, on_days_off, calendar)) out.push_back(*day);
  }
  std::ranges::sort(out);
  const auto doubled = std::ranges::unique(out);
  out.erase(doubled.begin(), doubled.end());
  return out;
}

}  // namespace huiyin::supervision
