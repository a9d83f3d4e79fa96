// A cluster's errors as the port's.
#pragma once

#include "events/event_log.hpp"
#include "kafka/error.hpp"

namespace huiyin::kafka {

inline events::LogError to_log_error(const Error& error) {
  return {error.fenced() ? events::LogErrorCode::fenced : events::LogErrorCode::unavailable,
          to_text(error)};
}

}  // namespace huiyin::kafka
