#include "facts.hpp"

namespace huiyin::api {

std::shared_ptr<const engine::Facts> facts_for(const Api& api, engine::Command& command) {
  return node::facts_for(api.node.registry(), api.facts, command);
}

std::optional<events::Sequence> registry_behind(const Api& api) {
  const auto* registry = api.node.registry();
  if (registry == nullptr) return std::nullopt;
  const events::Sequence end = registry->log().end(0);
  if (registry->store().applied(0) >= end) return std::nullopt;
  return end;
}

void wait_for_registry(const Api& api, events::Sequence end) {
  constexpr std::chrono::seconds patience{5};
  api.node.registry()->store().wait_applied({0, end}, std::chrono::steady_clock::now() + patience);
}

}  // namespace huiyin::api
