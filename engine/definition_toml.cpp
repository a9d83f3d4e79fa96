#include "engine/definition_toml.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>

#include <xxhash.h>

#include "definition_overlay.hpp"
#include "definition_reader.hpp"
#include "engine/definition_check.hpp"

namespace huiyin::engine {
namespace {

using Errors = std::vector<DefinitionError>;

void read_place_and_time(const Table& root, const std::vector<Calendar>& calendars,
                         Definition& definition) {
  const std::string zone_name = root.has("zone") ? root.text("zone") : std::string(default_zone);
  if (auto zone = Zone::load(zone_name)) {
    definition.zone = *std::move(zone);
  } else {
    root.fail("zone", zone.error().message);
  }
  const std::string id = root.text("calendar");
  if (id.empty()) return;  // Monday to Friday
  const auto found = std::ranges::find(calendars, id, &Calendar::id);
  if (found != calendars.end()) {
    definition.calendar = *found;
    return;
  }
  std::vector<std::string_view> known;
  known.reserve(calendars.size());
  for (const Calendar& calendar : calendars) known.push_back(calendar.id());
  root.fail("calendar", "no such calendar: \"" + id + "\"" + did_you_mean(id, known));
}

void read_codes(const Table& root, Definition& definition) {
  definition.scheme = root.text("scheme");
  for (const Table& table : root.tables("class")) {
    table.only({"code", "meaning", "label"});
    ReplyClass reply_class;
    reply_class.code = table.needed_text("code");
    table.needed_text("meaning");
    reply_class.meaning = table.word<events::ClassMeaning>("meaning", "meaning")
                              .value_or(events::ClassMeaning::reference);
    reply_class.label = table.text("label");
    if (definition.find_class(reply_class.code) != nullptr) {
      table.fail("code", "\"" + reply_class.code + "\" is given twice");
    }
    definition.classes.push_back(std::move(reply_class));
  }
  if (const auto codes = root.table("codes")) {
    codes->only({"reject", "redirect", "withhold"});
    definition.reject_codes = codes->texts("reject");
    definition.redirect_codes = codes->texts("redirect");
    definition.withhold_codes = codes->texts("withhold");
  }
  if (const auto behalf = root.table("behalf")) {
    for (const std::string& who : behalf->keys()) {
      const auto role = events::parse_enum<Role>(who);
      if (!role) {
        constexpr auto known = names(Role{});
        behalf->fail(who, "unknown role" + did_you_mean(who, {known.begin(), known.end()}));
        continue;
      }
      definition.behalf.push_back({*role, read_roles(*behalf, who)});
    }
  }
}

Definition read_definition(const Table& root, const std::vector<Calendar>& calendars) {
  root.only({"name", "version", "base", "valid_from", "kinds", "default", "records-other-systems",
             "ends", "zone", "calendar", "scheme", "class", "codes", "behalf", "policy",
             "transition", "clock"});
  Definition definition;
  definition.name = root.needed_text("name");
  if (!is_name(definition.name)) {
    root.fail("name", "a name has small letters, digits and hyphens");
  }
  if (!root.has("version")) root.fail("version", "is missing");
  definition.version = static_cast<std::uint32_t>(root.number("version", 1, 1'000'000).value_or(1));
  definition.valid_from = root.date("valid_from").value_or(Date{});
  definition.kinds = root.words<events::Kind>("kinds", "kind");
  if (!root.has("kinds")) root.fail("kinds", "is missing");
  definition.is_default = root.flag("default", true);
  definition.records_other_systems = root.flag("records-other-systems", false);
  if (!root.has("ends")) root.fail("ends", "is missing");
  definition.ends = root.texts("ends");
  read_place_and_time(root, calendars, definition);
  read_codes(root, definition);
  definition.policy = read_policy(root);
  definition.transitions = read_transitions(root, definition.ends);
  definition.clocks = read_clocks(root, definition.transitions);
  return definition;
}

}  // namespace

bool is_name(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string definition_hash(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text.data();
}

void sort_by_place(Errors& errors) {
  std::ranges::sort(errors, {}, [](const DefinitionError& error) {
    return std::tie(error.file, error.line, error.key, error.message);
  });
}

std::expected<Definition, Errors> read_whole(const toml::table& tree, std::string_view file,
                                             const std::vector<Calendar>& calendars) {
  Problems problems{std::string(file), {}};
  const Table root(tree, "", problems);
  Definition definition = read_definition(root, calendars);
  definition.file = file;
  definition.statements = statements_of(tree);
  // Checked as a whole only when every part could be read: else one slip makes many errors.
  if (problems.all.empty()) {
    problems.all = check(definition);
    for (DefinitionError& error : problems.all) {
      if (error.line == 0 && !error.key.empty()) root.locate(error);
    }
  }
  sort_by_place(problems.all);
  if (!problems.all.empty()) return std::unexpected(std::move(problems.all));
  return definition;
}

std::expected<Definition, Errors> parse_definition(std::string_view toml, std::string_view file,
                                                   const std::vector<Calendar>& calendars) {
  const toml::parse_result parsed = toml::parse(toml, file);
  if (!parsed) return std::unexpected(parse_error(file, parsed.error()));
  if (parsed.table().contains("base")) {
    return std::unexpected(Errors{{std::string(file), 0, "base",
                                   "an overlay is read in the folder of its profile, not alone"}});
  }
  auto definition = read_whole(parsed.table(), file, calendars);
  if (definition) definition->hash = definition_hash(toml);
  return definition;
}

}  // namespace huiyin::engine
