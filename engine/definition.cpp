#include "engine/definition.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace huiyin::engine {

bool Definition::is_end(std::string_view stage) const {
  return std::ranges::find(ends, stage) != ends.end();
}

const Clock* Definition::find_clock(std::string_view clock) const {
  const auto found = std::ranges::find(clocks, clock, &Clock::name);
  return found == clocks.end() ? nullptr : &*found;
}

const ReplyClass* Definition::find_class(std::string_view code) const {
  const auto found = std::ranges::find(classes, code, &ReplyClass::code);
  return found == classes.end() ? nullptr : &*found;
}

const Transition* Definition::find(CommandType command, std::string_view stage) const {
  for (const Transition& transition : transitions) {
    if (transition.command == command &&
        std::ranges::find(transition.from, stage) != transition.from.end()) {
      return &transition;
    }
  }
  return nullptr;
}

bool Definition::may_enter_for(Role who, Role for_whom) const {
  const auto found = std::ranges::find(behalf, who, &Behalf::who);
  return found != behalf.end() && found->for_whom.has(for_whom);
}

std::string_view Definition::process() const {
  const std::string_view whole = name;
  return whole.substr(whole.find('/') + 1);
}

Definitions::Definitions(std::vector<std::shared_ptr<const Definition>> all, std::string profile)
    : all_(std::move(all)), profile_(std::move(profile)) {
  std::ranges::sort(all_, {}, [](const std::shared_ptr<const Definition>& definition) {
    return std::tuple(std::string_view(definition->name), definition->version);
  });
}

const Definition* Definitions::find(std::string_view id) const {
  const auto at = id.rfind('@');
  if (at == std::string_view::npos) return nullptr;
  for (const auto& definition : all_) {
    // By name first: an id is written only for the few of that name.
    if (definition->name == id.substr(0, at) && definition->id() == id) return definition.get();
  }
  return nullptr;
}

const Definition* Definitions::in_force(std::string_view name, events::Kind kind,
                                        events::Date day) const {
  const auto newest_of = [&](auto is_meant) -> const Definition* {
    const auto serves = [&](const Definition& definition) {
      return is_meant(definition) &&
             std::ranges::find(definition.kinds, kind) != definition.kinds.end();
    };
    // Versions of one name stand together, the newest last.
    const Definition* newest = nullptr;
    for (const auto& definition : all_) {
      if (newest != nullptr && newest->name != definition->name) {
        if (serves(*newest)) return newest;
        newest = nullptr;
      }
      if (definition->valid_from <= day) newest = definition.get();
    }
    return newest != nullptr && serves(*newest) ? newest : nullptr;
  };
  const auto default_of = [&](std::string_view profile) {
    return newest_of([&](const Definition& definition) {
      return definition.is_default && definition.profile == profile;
    });
  };
  if (!name.empty()) {
    return newest_of([&](const Definition& definition) { return definition.name == name; });
  }
  const Definition* own = profile_.empty() ? nullptr : default_of(profile_);
  return own != nullptr ? own : default_of("");
}

std::string Definitions::meant_by(std::string_view name) const {
  if (!profile_.empty() && !name.empty()) {
    for (const auto& definition : all_) {
      if (definition->profile == profile_ && definition->process() == name) {
        return definition->name;
      }
    }
  }
  return std::string(name);
}

}  // namespace huiyin::engine
