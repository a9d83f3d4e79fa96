// One case under shipped definitions, for tests: give it commands, ask for its stage and clocks.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/decide.hpp"
#include "engine/definition_toml.hpp"
#include "projections/case_fold.hpp"

namespace huiyin::engine::testing {

inline Actor actor(Role role, std::string id = "somebody") {
  return {std::move(id), role, role == Role::organ ? "water-bureau" : "", "", ""};
}

// config/processes under a profile.
inline Definitions shipped_under(std::string_view profile) {
  auto loaded = load_definitions(HUIYIN_SOURCE_DIR "/config/processes",
                                 HUIYIN_SOURCE_DIR "/config/calendars", profile);
  if (loaded) return *std::move(loaded);
  for (const auto& error : loaded.error()) ADD_FAILURE() << to_text(error);
  return {};
}

// Every command comes an hour after the one before, or on the day that `on` named.
class Life {
 public:
  explicit Life(const Definitions& definitions) : definitions_(&definitions) {}

  // From nine in the morning of that day in China.
  Life& on(Date day) {
    now_ = std::chrono::sys_days{day} + std::chrono::hours(1);
    return *this;
  }

  // The stage after it, or why it was refused.
  std::string give(const Actor& who, CommandBody body) {
    now_ += std::chrono::hours(1);
    Command command;
    command.case_id = "case-1";
    command.actor = who;
    command.body = std::move(body);
    const auto decision = decide(*definitions_, state, command, now_);
    if (!decision) return "refused: " + decision.error().rule + ": " + decision.error().detail;
    for (const events::CaseEvent& event : decision->events) {
      events::EnvelopeView envelope;
      envelope.subject = command.case_id;
      envelope.subject_version = state.version + 1;
      envelope.actor = who.id;
      envelope.role = who.role;
      envelope.process = decision->process;
      projections::fold(state, envelope, event);
    }
    return state.stage;
  }
  std::string give(Role role, CommandBody body) { return give(actor(role), std::move(body)); }

  // "sign reply", sorted.
  std::string running() const {
    std::vector<std::string> names;
    names.reserve(state.clocks.size());
    for (const auto& clock : state.clocks) names.push_back(clock.key.clock);
    std::ranges::sort(names);
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : " ") + name;
    return out;
  }

  // The local day on which the first running clock of that name is due.
  std::optional<Date> due(std::string_view clock) const {
    for (const auto& running : state.clocks) {
      if (running.key.clock == clock)
        return definitions_->find(state.process)->zone.local_day(running.due);
    }
    return std::nullopt;
  }

  projections::CaseState state;

 private:
  const Definitions* definitions_;
  events::Instant now_ = std::chrono::sys_days{Date{std::chrono::year{2024} / 3 / 4}};
};

inline events::Collected suggestion() {
  events::Collected body;
  body.kind = events::Kind::suggestion;
  body.title = "Repair the drainage pipe";
  body.congress = "431002-6";
  body.deputies = {{"d1", events::Part::lead, "431002-6", ""},
                   {"d2", events::Part::cosigner, "431002-6", ""}};
  return body;
}

inline events::Replied reply(std::string class_code, std::optional<Date> commitment = {}) {
  return {.to = events::ReplyTo::each,
          .class_code = std::move(class_code),
          .text = "done",
          .commitment = commitment};
}

inline events::Rated rating(std::string deputy, events::Satisfaction result) {
  return {.deputy = std::move(deputy), .result = result};
}

}  // namespace huiyin::engine::testing
