#include "ids.hpp"

#include <cstdlib>

namespace huiyin::node {

SystemIds::SystemIds() {
  if (const char* given =
          std::getenv("HUIYIN_TEST_CLOCK_OFFSET_S"))  // NOLINT(concurrency-mt-unsafe)
    offset_ = std::chrono::seconds(std::strtol(given, nullptr, 10));
}

events::Instant SystemIds::now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now() + offset_);
}

std::string SystemIds::fresh_id() { return uuids_.next(now().time_since_epoch().count()); }

std::string SystemIds::derived_id(std::string_view text) {
  return crypto::uuid_v8(std::span(&text, 1));
}

}  // namespace huiyin::node
