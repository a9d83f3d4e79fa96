// What may be asked of the registry: the body of the event that it becomes, and what its sender saw
// of other subjects when it was sent.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/actor.hpp"
#include "engine/decide.hpp"
#include "engine/registry_rules.hpp"
#include "events/registry_event.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::engine {

// What `decide` is told of other subjects. Looked up by the sender: the registry may change between
// that and the decision, and the event stands as what was seen then.
struct RegistryFacts {
  std::vector<std::string> missing;  // "station s-1": named by the body, and not there or ended
  std::optional<events::SubjectKind> organiser;  // of an activity
  std::optional<events::Level> level;            // of the congress whose mandate begins
  std::vector<std::uint16_t> terms;              // of that congress
  std::vector<std::string> region_names;         // of a station: its region, then those above it
  std::string outside;  // where the subject is, when that is outside the sender's region
                        // (S0-37, S4-27)
};

struct RegistryCommand {
  std::string id;       // hash(principal, subject, idempotency key)
  std::string hash;     // of the body as sent
  std::string case_id;  // the subject; the processor's word for it
  Actor actor;
  std::string behalf;
  std::optional<events::Instant> occurred_at;     // now, when not given
  std::optional<std::uint32_t> expected_version;  // If-Match
  std::string traceparent;
  events::RegistryEventBody body;
  RegistryFacts facts;

  const events::RegistryWord& word() const { return events::registry_words[body.index()]; }
};

// Reads a command's JSON body strictly; `hidden` as for cases.
std::expected<RegistryCommand, events::DecodeError> decode_registry_command(
    std::size_t event, events::json::Value body, std::span<const std::string_view> hidden = {});

// JSON Schema (2020-12) of a command's body.
std::string registry_command_schema(std::size_t event);

// Fills command.facts from what the store now holds.
void look_up(RegistryCommand& command, const projections::RegistryStore& store);

struct RegistryDecision {
  std::vector<events::RegistryEvent> events;
  std::string process;  // none
};

// As decide for cases: pure. `state.version` 0: there is no such subject.
std::expected<RegistryDecision, Refusal> decide(const RegistryRules& rules,
                                                const projections::SubjectState& state,
                                                const RegistryCommand& command,
                                                events::Instant now);

}  // namespace huiyin::engine
