#include "node/facts.hpp"

namespace huiyin::node {
namespace {

// The archive that hands every identifier of a body to `visit`: whether it is a person's is looked
// up, not known here.
template <class Visit>
class Identifiers {
 public:
  explicit Identifiers(Visit visit) : visit_(visit) {}

  template <class... Fields>
  void operator()(Fields&&... fields) {
    (value(fields.value, fields.limit), ...);
  }

 private:
  template <class T>
  void value(T& is, const events::Limit& limit) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (limit.identifier && !is.empty()) visit_(is);
    } else if constexpr (requires { is.has_value(); }) {
      if (is) value(*is, limit);
    } else if constexpr (requires { is.emplace_back(); }) {
      for (auto& one : is) value(one, limit);
    } else if constexpr (requires { is.serialize(*this); }) {
      is.serialize(*this);
    }
  }

  Visit visit_;
};

void add_deputy(const projections::SubjectState& state, engine::Facts& facts) {
  const auto* deputy = std::get_if<projections::DeputyState>(&state.body);
  if (deputy == nullptr) return;
  facts.persons.insert(state.id);
  auto& congresses = facts.mandates[state.id];
  for (const auto& mandate : deputy->mandates) {
    if (mandate.to) continue;
    // A case addresses a congress, or one term of it: "430000", "430000-14".
    congresses.push_back(mandate.congress);
    congresses.push_back(mandate.congress + "-" + std::to_string(mandate.term));
  }
}

}  // namespace

std::shared_ptr<const engine::Facts> facts_for(
    const Registry* registry, const std::shared_ptr<const engine::Facts>& principals,
    engine::Command& command) {
  if (registry == nullptr || registry->store().count(events::SubjectKind::deputy) == 0)
    return principals;
  auto facts = std::make_shared<engine::Facts>();
  const auto add = [&](const std::string& id) {
    if (principals->persons.contains(id)) facts->persons.insert(id);
    if (const auto known = principals->mandates.find(id); known != principals->mandates.end())
      facts->mandates.insert(*known);
    if (const auto state = registry->store().find(id)) add_deputy(*state, *facts);
  };
  add(command.actor.id);
  if (!command.behalf.empty()) add(command.behalf);
  Identifiers identifiers(add);
  std::visit([&](auto& own) { own.serialize(identifiers); }, command.body);
  return facts;
}

}  // namespace huiyin::node
