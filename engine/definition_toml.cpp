#include "engine/definition_toml.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include <xxhash.h>

#include "definition_reader.hpp"
#include "engine/calendar_toml.hpp"
#include "engine/definition_check.hpp"

namespace huiyin::engine {
namespace {

using Errors = std::vector<DefinitionError>;

// XXH3-128 tells files apart; it protects from slips, not from forgers.
std::string hash_of(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  std::array<char, 33> text{};
  std::snprintf(text.data(), text.size(), "%016llx%016llx",
                static_cast<unsigned long long>(hash.high64),
                static_cast<unsigned long long>(hash.low64));
  return text.data();
}

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
  root.only({"name", "version", "valid_from", "kinds", "default", "records-other-systems", "ends",
             "zone", "calendar", "scheme", "class", "codes", "behalf", "policy", "transition",
             "clock"});
  Definition definition;
  definition.name = root.needed_text("name");
  if (!std::ranges::all_of(definition.name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      })) {
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

bool read_file(const std::filesystem::path& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  text.assign(std::istreambuf_iterator<char>(file), {});
  return file.good();
}

}  // namespace

std::expected<Definition, Errors> parse_definition(std::string_view toml, std::string_view file,
                                                   const std::vector<Calendar>& calendars) {
  const toml::parse_result parsed = toml::parse(toml, file);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return std::unexpected(Errors{{std::string(file), static_cast<int>(error.source().begin.line),
                                   "", std::string(error.description())}});
  }
  Problems problems{std::string(file), {}};
  const Table root(parsed.table(), "", problems);
  Definition definition = read_definition(root, calendars);
  definition.file = file;
  definition.hash = hash_of(toml);
  // Checked as a whole only when every part could be read: else one slip makes many errors.
  if (problems.all.empty()) {
    problems.all = check(definition);
    for (DefinitionError& error : problems.all) {
      if (error.line == 0 && !error.key.empty()) error.line = root.line_of(error.key);
    }
  }
  std::ranges::sort(problems.all, {}, [](const DefinitionError& error) {
    return std::tie(error.line, error.key, error.message);
  });
  if (!problems.all.empty()) return std::unexpected(std::move(problems.all));
  return definition;
}

std::expected<Definitions, Errors> load_definitions(const std::filesystem::path& processes_folder,
                                                    const std::filesystem::path& calendars_folder) {
  const auto calendars = load_calendars(calendars_folder);
  if (!calendars) {
    const CalendarError& error = calendars.error();
    return std::unexpected(
        Errors{{error.file, static_cast<int>(error.line), error.key, error.message}});
  }
  std::vector<std::filesystem::path> paths;
  std::error_code failed;
  for (auto entry = std::filesystem::directory_iterator(processes_folder, failed);
       !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) {
    if (entry->path().extension() == ".toml") paths.push_back(entry->path());
  }
  if (failed) {
    return std::unexpected(Errors{{processes_folder.string(), 0, "", failed.message()}});
  }
  std::ranges::sort(paths);
  Errors errors;
  std::vector<std::shared_ptr<const Definition>> all;
  for (const auto& path : paths) {
    std::string text;
    if (!read_file(path, text)) {
      errors.push_back({path.string(), 0, "", "cannot be read"});
      continue;
    }
    auto definition = parse_definition(text, path.string(), *calendars);
    if (definition) {
      all.push_back(std::make_shared<const Definition>(*std::move(definition)));
    } else {
      errors.insert(errors.end(), definition.error().begin(), definition.error().end());
    }
  }
  Definitions definitions(std::move(all));
  const Errors between = check(definitions);
  errors.insert(errors.end(), between.begin(), between.end());
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return definitions;
}

}  // namespace huiyin::engine
