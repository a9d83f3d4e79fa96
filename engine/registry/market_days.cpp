#include "engine/market_days.hpp"

#include <algorithm>
#include <memory>

#include <unicode/ucal.h>

namespace huiyin::engine {

int lunar_day(events::Date day) {
  // One for each thread: a calendar of ICU holds the day that it was asked of last.
  struct Close {
    void operator()(UCalendar* calendar) const { ucal_close(calendar); }
  };
  thread_local const std::unique_ptr<UCalendar, Close> calendar = [] {
    UErrorCode status = U_ZERO_ERROR;
    constexpr std::u16string_view zone = u"Asia/Shanghai";
    return std::unique_ptr<UCalendar, Close>(
        ucal_open(zone.data(), static_cast<std::int32_t>(zone.size()), "zh@calendar=chinese",
                  UCAL_DEFAULT, &status));
  }();
  if (calendar == nullptr) return 0;
  const auto noon = std::chrono::sys_days{day} + std::chrono::hours{4};  // in China
  UErrorCode status = U_ZERO_ERROR;
  ucal_setMillis(
      calendar.get(),
      static_cast<UDate>(
          std::chrono::duration_cast<std::chrono::milliseconds>(noon.time_since_epoch()).count()),
      &status);
  return ucal_get(calendar.get(), UCAL_DATE, &status);
}

std::optional<events::Date> last_market_day(const events::MarketDaysSet& market, events::Date day) {
  constexpr int two_months = 62;
  for (int back = 0; back <= two_months; ++back) {
    const events::Date at{std::chrono::sys_days{day} - std::chrono::days{back}};
    const int number = market.calendar == events::MarketCalendar::lunar
                           ? lunar_day(at)
                           : static_cast<int>(static_cast<unsigned>(at.day()));
    if (std::ranges::find(market.days, number) != market.days.end()) return at;
  }
  return std::nullopt;
}

}  // namespace huiyin::engine
