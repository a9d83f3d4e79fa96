// What the registry's configuration says (config/registry/): who may enter what, which forms of
// activity and checklists there are, how stations are called, and the duties of deputies, stations,
// groups and organs (docs/registry.md).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/actor.hpp"
#include "engine/definition_error.hpp"
#include "engine/zone.hpp"
#include "events/registry_event.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::engine {

struct ActivityForm {
  std::string id, name;
  std::vector<events::SubjectKind> who;    // may organise it
  bool announce = false;                   // is announced before it is held
  std::int32_t report_days = 0;            // the organiser owes a report within them; 0: none
  std::vector<std::string> needs_outputs;  // of these kinds something comes of it (S0-26)
};

struct Checklist {
  std::string id, name;
  std::vector<std::string> items;
};

// A market day is the last one of each station before the day asked about (S1-25), a meeting the
// last one that the organ held (S3-16).
enum class DutyPeriod : std::uint8_t { week, month, quarter, year, term, market_day, meeting };
constexpr auto names(DutyPeriod) {
  return std::array<std::string_view, 7>{"week", "month",      "quarter", "year",
                                         "term", "market-day", "meeting"};
}

// One thing that counts towards a duty.
struct DutyCount {
  std::string form;  // empty: any
  projections::ActivityPart part{};
  std::string of;  // times, solved, an output's kind, or of a meeting invited:LEVEL
  std::optional<events::Level> of_level;  // of the last
};

// Of whom a duty is asked. Empty lists and absent flags ask nothing.
struct DutySubjects {
  events::SubjectKind kind{};
  std::vector<events::Level> levels;
  std::vector<std::string> congresses, regions;
  std::vector<events::OrganKind> organs;
  std::vector<events::StationForm> forms;
  std::vector<events::StationTier> tiers;
  std::optional<bool> grass_roots, leading_cadre, professional;
};

struct Duty {
  std::string id, rule, name;
  DutySubjects subjects;
  DutyPeriod period{};
  std::vector<DutyCount> counts;
  std::uint32_t minimum = 1;
  std::int32_t warn_days = 0;
};

// One part of a deputy's score (S1-19, S3-45, S4-23).
struct ScorePart {
  std::string id, name;
  std::vector<DutyCount> counts;
  bool cases = false;  // counts the cases that the deputy proposed, instead
  std::uint32_t points = 1, most = 0;
};

// Whom a deputy's work is reported to, beside others (S2-16): the organs of these kinds in the
// regions of these kinds that hold the deputy's own.
struct ReportRoute {
  std::vector<events::Level> levels;
  std::vector<events::OrganKind> organs;
  std::vector<events::RegionKind> regions;
};

struct StationRules {
  std::vector<std::string> names;  // with {region}
  std::vector<events::StationForm> free_names;
  std::int64_t village_area_m2 = 0;
  std::int64_t village_max_floor = 0;  // 0: any
};

struct RegistryRules {
  std::optional<Zone> zone;
  // By event of the vocabulary.
  std::array<RoleSet, events::registry_event_count> by;
  StationRules station;
  std::vector<ActivityForm> forms;
  std::vector<Checklist> checklists;
  std::vector<Duty> duties;
  std::vector<ScorePart> scores;
  std::vector<ReportRoute> routes;

  const ActivityForm* form(std::string_view id) const;
  const Checklist* checklist(std::string_view id) const;
  const Duty* duty(std::string_view id) const;
};

// Reads registry.toml, duties.toml and scoring.toml of a folder; scores may be absent. All
// mistakes, each with file and line.
std::expected<RegistryRules, std::vector<DefinitionError>> load_registry_rules(
    const std::filesystem::path& folder);

}  // namespace huiyin::engine
