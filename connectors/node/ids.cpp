#include "ids.hpp"

namespace huiyin::node {

events::Instant SystemIds::now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string SystemIds::fresh_id() { return uuids_.next(now().time_since_epoch().count()); }

std::string SystemIds::derived_id(std::string_view text) {
  return crypto::uuid_v8(std::span(&text, 1));
}

}  // namespace huiyin::node
