#include "engine/registry_rules.hpp"

#include <algorithm>

#include "definition_reader.hpp"

namespace huiyin::engine {
namespace {

using events::registry_words;
using events::SubjectKind;

// What is found by an id in a list; null when it is not there.
template <class T>
const T* find_in(const std::vector<T>& all, std::string_view id) {
  const auto found = std::ranges::find(all, id, &T::id);
  return found == all.end() ? nullptr : &*found;
}

template <class T>
void add_once(const Table& table, std::vector<T>& all, T one) {
  if (find_in(all, one.id) != nullptr) table.fail("id", "\"" + one.id + "\" is there already");
  all.push_back(std::move(one));
}

void allow(RegistryRules& rules, std::size_t event, const RoleSet& roles) {
  rules.by[event] = roles;
  rules.by[event].add(Role::importer);
  rules.by[event].add(Role::admin);
  if (registry_words[event].kind == SubjectKind::duty) rules.by[event].add(Role::timer);
}

void read_by(const Table& root, RegistryRules& rules) {
  const auto by = root.table("by");
  std::vector<std::string_view> kinds;
  for (const auto word : names(SubjectKind{})) kinds.push_back(word);
  if (by) by->only(kinds);
  for (std::size_t kind = 0; kind < events::subject_kind_count; ++kind) {
    const auto own = by ? by->table(kinds[kind]) : std::nullopt;
    std::vector<std::string_view> commands{"*"};
    for (const auto& word : registry_words) {
      if (word.kind == static_cast<SubjectKind>(kind)) commands.push_back(word.command);
    }
    if (own) own->only(commands);
    for (std::size_t event = 0; event < registry_words.size(); ++event) {
      if (registry_words[event].kind != static_cast<SubjectKind>(kind)) continue;
      const auto command = registry_words[event].command;
      RoleSet roles;
      if (own) roles = read_roles(*own, own->has(command) ? command : "*");
      allow(rules, event, roles);
    }
  }
}

void read_station(const Table& root, RegistryRules& rules) {
  const auto table = root.table("station");
  if (!table) return;
  table->only({"names", "free_names", "village_area_m2", "village_max_floor"});
  rules.station.names = table->texts("names");
  rules.station.free_names = table->words<events::StationForm>("free_names", "form of station");
  rules.station.village_area_m2 = table->number("village_area_m2", 0, 100'000).value_or(0);
  rules.station.village_max_floor = table->number("village_max_floor", 0, 200).value_or(0);
}

void read_forms(const Table& root, RegistryRules& rules) {
  for (const Table& table : root.tables("form")) {
    table.only({"id", "name", "who", "announce", "report_days", "needs_outputs"});
    ActivityForm form;
    form.id = table.needed_text("id");
    form.name = table.needed_text("name");
    form.who = table.words<SubjectKind>("who", "kind of subject");
    form.announce = table.flag("announce", false);
    form.report_days = static_cast<std::int32_t>(table.number("report_days", 0, 3650).value_or(0));
    form.needs_outputs = table.texts("needs_outputs");
    if (form.who.empty()) table.fail("who", "somebody organises it");
    add_once(table, rules.forms, std::move(form));
  }
}

void read_checklists(const Table& root, RegistryRules& rules) {
  for (const Table& table : root.tables("checklist")) {
    table.only({"id", "name", "items"});
    Checklist checklist{table.needed_text("id"), table.needed_text("name"), table.texts("items")};
    if (checklist.items.empty()) table.fail("items", "a checklist has items");
    add_once(table, rules.checklists, std::move(checklist));
  }
}

DutySubjects read_subjects(const Table& duty) {
  DutySubjects out;
  if (const auto kind = duty.word<SubjectKind>("subject", "kind of subject")) out.kind = *kind;
  const auto only = duty.table("only");
  if (!only) return out;
  switch (out.kind) {
    case SubjectKind::deputy:
      only->only({"level", "congress", "region", "grass_roots", "leading_cadre"});
      break;
    case SubjectKind::station:
      only->only({"form", "tier", "region"});
      break;
    case SubjectKind::group:
      only->only({"professional", "congress", "region"});
      break;
    case SubjectKind::organ:
      only->only({"kind", "region"});
      break;
    case SubjectKind::region:
    case SubjectKind::congress:
    case SubjectKind::activity:
    case SubjectKind::campaign:
    case SubjectKind::project:
    case SubjectKind::periodical:
    case SubjectKind::duty:
      only->only({});
      break;
  }
  const auto flag = [&](std::string_view key) -> std::optional<bool> {
    if (!only->has(key)) return std::nullopt;
    return only->flag(key, false);
  };
  out.levels = only->words<events::Level>("level", "level");
  out.congresses = only->texts("congress");
  out.regions = only->texts("region");
  if (out.kind == SubjectKind::organ) out.organs = only->words<events::OrganKind>("kind", "organ");
  if (out.kind == SubjectKind::station)
    out.forms = only->words<events::StationForm>("form", "form of station");
  out.tiers = only->words<events::StationTier>("tier", "tier");
  out.grass_roots = flag("grass_roots");
  out.leading_cadre = flag("leading_cadre");
  out.professional = flag("professional");
  return out;
}

DutyCount read_count(const Table& count, const RegistryRules& rules) {
  count.only({"form", "part", "of"});
  DutyCount one;
  one.form = count.text("form");
  count.needed_text("part");
  if (const auto part = count.word<projections::ActivityPart>("part", "part")) one.part = *part;
  one.of = count.has("of") ? count.text("of") : "times";
  if (!one.form.empty() && rules.form(one.form) == nullptr)
    count.fail("form", "no such form of activity: \"" + one.form + "\"");
  return one;
}

void read_scores(const Table& root, RegistryRules& rules) {
  constexpr std::int64_t most = 1'000'000;
  root.only({"score"});
  for (const Table& table : root.tables("score")) {
    table.only({"id", "name", "count", "cases", "points", "most"});
    ScorePart part;
    part.id = table.needed_text("id");
    part.name = table.needed_text("name");
    part.cases = table.flag("cases", false);
    for (const Table& count : table.tables("count"))
      part.counts.push_back(read_count(count, rules));
    if (part.cases != part.counts.empty())
      table.fail("count", "a score counts activities, or cases = true");
    part.points = static_cast<std::uint32_t>(table.number("points", 1, most).value_or(1));
    part.most = static_cast<std::uint32_t>(table.number("most", 1, most).value_or(most));
    add_once(table, rules.scores, std::move(part));
  }
}

void read_duties(const Table& root, RegistryRules& rules) {
  root.only({"duty"});
  for (const Table& table : root.tables("duty")) {
    table.only(
        {"id", "rule", "name", "subject", "only", "period", "count", "minimum", "warn_days"});
    Duty duty;
    duty.id = table.needed_text("id");
    duty.rule = table.text("rule");
    duty.name = table.needed_text("name");
    table.needed_text("subject");
    duty.subjects = read_subjects(table);
    constexpr std::array owing{SubjectKind::deputy, SubjectKind::station, SubjectKind::group,
                               SubjectKind::organ};
    if (std::ranges::find(owing, duty.subjects.kind) == owing.end()) {
      table.fail("subject", "a duty is a deputy's, station's, group's or organ's");
    }
    table.needed_text("period");
    if (const auto period = table.word<DutyPeriod>("period", "period")) duty.period = *period;
    if (duty.period == DutyPeriod::term && duty.subjects.kind != SubjectKind::deputy)
      table.fail("period", "only deputies have terms");
    if (duty.period == DutyPeriod::market_day && duty.subjects.kind != SubjectKind::station)
      table.fail("period", "only stations have market days");
    if (duty.period == DutyPeriod::meeting && duty.subjects.kind != SubjectKind::organ)
      table.fail("period", "only organs hold meetings");
    for (const Table& count : table.tables("count")) {
      DutyCount one = read_count(count, rules);
      if (constexpr std::string_view invited = "invited:"; one.of.starts_with(invited)) {
        one.of_level = events::parse_enum<events::Level>(one.of.substr(invited.size()));
        if (!one.of_level || duty.period != DutyPeriod::meeting)
          count.fail("of", "invited:LEVEL, of a meeting");
      }
      if (duty.period == DutyPeriod::meeting && one.form.empty())
        count.fail("form", "what is counted by meeting names the meeting's form");
      duty.counts.push_back(std::move(one));
    }
    if (duty.counts.empty()) table.fail("count", "something must count");
    duty.minimum = static_cast<std::uint32_t>(table.number("minimum", 1, 1'000'000).value_or(1));
    duty.warn_days = static_cast<std::int32_t>(table.number("warn_days", 0, 3650).value_or(0));
    add_once(table, rules.duties, std::move(duty));
  }
}

void read_registry(const Table& root, RegistryRules& rules) {
  root.only({"zone", "by", "station", "checklist", "form", "route"});
  auto zone = Zone::load(root.has("zone") ? root.text("zone") : std::string(default_zone));
  if (zone) {
    rules.zone = *std::move(zone);
  } else {
    root.fail("zone", zone.error().message);
  }
  read_by(root, rules);
  read_station(root, rules);
  read_checklists(root, rules);
  read_forms(root, rules);
  for (const Table& table : root.tables("route")) {
    table.only({"level", "organ", "region"});
    rules.routes.push_back({table.words<events::Level>("level", "level"),
                            table.words<events::OrganKind>("organ", "kind of organ"),
                            table.words<events::RegionKind>("region", "kind of region")});
  }
}

}  // namespace

const ActivityForm* RegistryRules::form(std::string_view id) const { return find_in(forms, id); }
const Checklist* RegistryRules::checklist(std::string_view id) const {
  return find_in(checklists, id);
}
const Duty* RegistryRules::duty(std::string_view id) const { return find_in(duties, id); }

std::expected<RegistryRules, std::vector<DefinitionError>> load_registry_rules(
    const std::filesystem::path& folder) {
  RegistryRules rules;
  std::vector<DefinitionError> errors;
  read_toml_file(folder / "registry.toml", errors,
                 [&](const Table& root) { read_registry(root, rules); });
  read_toml_file(folder / "duties.toml", errors,
                 [&](const Table& root) { read_duties(root, rules); });
  std::error_code ignored;
  if (std::filesystem::exists(folder / "scoring.toml", ignored)) {
    read_toml_file(folder / "scoring.toml", errors,
                   [&](const Table& root) { read_scores(root, rules); });
  }
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return rules;
}

}  // namespace huiyin::engine
