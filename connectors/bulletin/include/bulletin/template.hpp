// What a bulletin prints: figures, rates between them, and words around them, from configuration
// (config/bulletins/*.toml; docs/bulletins.md). Every figure has a unit and says what it counts;
// figures of different units are never added (S1-31, rules.md X4.5).
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/definition_error.hpp"
#include "events/case_event.hpp"
#include "events/registry_event.hpp"

namespace huiyin::bulletin {

using events::Date;

struct Period {
  Date from{}, to{};  // both included

  bool holds(Date day) const { return from <= day && day <= to; }
  bool operator==(const Period&) const = default;
};
// "2024", "2024-Q2", "2024-07", "2018..2022", "2021-11-01..2024-07-30".
std::optional<Period> parse_period(std::string_view text);

// What a figure counts. The first block goes over cases, the second over activities that were
// held, the third over the registry on the period's last day.
enum class Count : std::uint8_t {
  cases,
  supervising_leaders,  // distinct persons, as all that count persons or organs
  handling_leaders,
  handling_organs,
  assisting_organs,
  proposers,
  law_changes,  // places in which drafts were changed, added up

  activities,
  visits,
  persons,
  matters,
  solved,
  amount_yuan,
  attendances,  // 人次
  attending_deputies,
  invitations,  // 人次
  invited_deputies,
  outputs,
  scored_organs,
  scoring_deputies,
  linked_cases,

  deputies,
  stations,
  groups,
  organs,
  people,  // who holds a post in an organ
  projects,
  duty_done,
  duty_subjects
};
constexpr auto names(Count) {
  return std::array<std::string_view, 29>{"cases",
                                          "supervising-leaders",
                                          "handling-leaders",
                                          "handling-organs",
                                          "assisting-organs",
                                          "proposers",
                                          "law-changes",
                                          "activities",
                                          "visits",
                                          "persons",
                                          "matters",
                                          "solved",
                                          "amount-yuan",
                                          "attendances",
                                          "attending-deputies",
                                          "invitations",
                                          "invited-deputies",
                                          "outputs",
                                          "scored-organs",
                                          "scoring-deputies",
                                          "linked-cases",
                                          "deputies",
                                          "stations",
                                          "groups",
                                          "organs",
                                          "people",
                                          "projects",
                                          "duty-done",
                                          "duty-subjects"};
}
enum class Source : std::uint8_t { cases, activities, registry };
Source source_of(Count count);

// On which day a case counts for a period.
enum class CaseDay : std::uint8_t { collected, handed_off, replied, rated, closed, any };
constexpr auto names(CaseDay) {
  return std::array<std::string_view, 6>{"collected", "handed-off", "replied",
                                         "rated",     "closed",     "any"};
}

// Which of them. What is empty or absent asks nothing.
struct Where {
  std::string region, congress, organ, supervisor, process, campaign, occasion, category, duty;
  std::vector<events::Kind> kinds;
  std::vector<events::Channel> channels;
  std::vector<events::ContactMode> modes;
  std::optional<events::Outlet> outlet;
  std::vector<std::string> classes, first_classes, stages, forms, outputs;
  std::optional<bool> whole_delegation, inter_session, key, led, supervised_by_leader,
      handled_by_leader, dissatisfied, rehandled, still_dissatisfied, revisited, ended, solved,
      at_station, adopted, from_others;
  std::optional<bool> leading_cadre, grass_roots, enrolled, professional, standard;
  std::vector<events::Level> levels;
  std::vector<events::StationTier> tiers;
  std::vector<events::StationForm> station_forms;
  std::vector<events::OrganKind> organ_kinds;
  std::vector<events::OrganPost> posts;
};

// How it is printed.
struct Print {
  std::int64_t floor = 0;  // down to a multiple of it: 5012 as 5000余
  std::int64_t divide = 1;
  std::int32_t decimals = 0;
  std::string unit;                   // instead of the figure's own, after dividing: 万人
  std::optional<std::int32_t> above;  // of rates, in per cent: 超过80%, where it is
};

struct Figure {
  std::string id, name, unit;
  Count count{};
  Where where;
  CaseDay day{};
  std::optional<Period> during;  // instead of the bulletin's
  Print print;
  std::string note;  // what must be known to read it rightly

  int line = 0;
};

// One figure or several of one unit, over others.
struct Rate {
  std::string id, name;
  std::vector<std::string> numerator, denominator;  // ids of figures
  Print print;
  std::string note;

  int line = 0;
};

struct Section {
  std::string title, text;
  std::vector<std::string> table;  // ids of figures and rates
};

// A reading that the documents leave open (rules.md X4).
struct OpenQuestion {
  std::string rule, text;
};

struct Template {
  std::string id, name, title;
  std::vector<Figure> figures;
  std::vector<Rate> rates;
  std::vector<Section> sections;
  std::vector<OpenQuestion> open;

  const Figure* figure(std::string_view wanted) const;
  const Rate* rate(std::string_view wanted) const;
};

using Parameters = std::map<std::string, std::string, std::less<>>;

// Reads one file with its parameters put in. All mistakes, each with its line; a parameter that the
// file asks for and does not get, or the other way round, is one.
std::expected<Template, std::vector<engine::DefinitionError>> load_template(
    const std::filesystem::path& file, const Parameters& parameters);
// The parameters that a file asks for.
std::expected<std::vector<std::string>, std::vector<engine::DefinitionError>> parameters_of(
    const std::filesystem::path& file);
// The ids of a folder's templates.
std::vector<std::string> template_ids(const std::filesystem::path& folder);

}  // namespace huiyin::bulletin
