// When a market is held (S1-25).
#pragma once

#include <optional>

#include "events/registry_events.hpp"

namespace huiyin::engine {

// The day of the lunar month (农历), 1 to 30, that a day is.
int lunar_day(events::Date day);

// The last market day up to a day, itself included; nothing when there is none within two months.
std::optional<events::Date> last_market_day(const events::MarketDaysSet& market, events::Date day);

}  // namespace huiyin::engine
