#include "engine/definition_toml.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include <xxhash.h>

#include "definition_overlay.hpp"
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
  root.only({"name", "version", "base", "valid_from", "kinds", "default", "records-other-systems",
             "ends", "zone", "calendar", "scheme", "class", "codes", "behalf", "policy",
             "transition", "clock"});
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

Errors parse_error(std::string_view file, const toml::parse_error& error) {
  return {{std::string(file), static_cast<int>(error.source().begin.line), "",
           std::string(error.description())}};
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

// A file of the folder, before it is read: an overlay is one when its base is known.
struct Source {
  std::string file;
  std::string profile;  // the folder that it is in; empty: processes/ itself
  std::string text;
  toml::table tree;

  bool is_overlay() const { return tree.contains("base"); }
};

// The overlay's tree, completed from its base.
std::expected<Definition, Errors> read_overlay(Source& overlay, const Definition& base,
                                               const Source& base_source,
                                               const std::vector<Calendar>& calendars) {
  Problems problems{overlay.file, {}};
  const Table own(overlay.tree, "", problems);
  if (own.has("name")) own.fail("name", "an overlay takes its name from its folder and its base");
  if (!own.has("version")) own.fail("version", "is missing: an overlay has versions of its own");
  // Parsed once more for each overlay, which moves out of it what it does not say itself.
  toml::parse_result again = toml::parse(base_source.text, base_source.file);
  lay_over(overlay.tree, again.table(), base.id(), problems);
  overlay.tree.insert_or_assign("name", std::string(base.name));
  if (!problems.all.empty()) {
    sort_by_place(problems.all);
    return std::unexpected(std::move(problems.all));
  }
  auto definition = read_whole(overlay.tree, overlay.file, calendars);
  if (!definition) return definition;
  definition->name = overlay.profile + "/" + base.name;
  definition->profile = overlay.profile;
  definition->base = base.id();
  definition->hash = hash_of(base.hash + overlay.text);
  return definition;
}

class Folder {
 public:
  Folder(std::filesystem::path path, const std::vector<Calendar>& calendars)
      : path_(std::move(path)), calendars_(calendars) {}

  std::expected<Definitions, Errors> load(std::string_view profile) {
    if (auto failed = list()) return std::unexpected(Errors{{path_.string(), 0, "", *failed}});
    for (Source& source : sources_) {
      if (!source.is_overlay()) add(source, parse_definition(source.text, source.file, calendars_));
    }
    for (Source& source : sources_) {
      if (source.is_overlay()) read_over_base(source);
    }
    check_profile(profile);
    sort_by_place(errors_);
    Definitions definitions(std::move(all_), std::string(profile));
    const Errors between = check(definitions);
    errors_.insert(errors_.end(), between.begin(), between.end());
    if (!errors_.empty()) return std::unexpected(std::move(errors_));
    return definitions;
  }

 private:
  // processes/*.toml and processes/PROFILE/*.toml. A message where a folder cannot be listed.
  std::optional<std::string> list() {
    std::vector<std::pair<std::filesystem::path, std::string>> files;
    std::error_code failed;
    for (auto entry = std::filesystem::recursive_directory_iterator(path_, failed);
         !failed && entry != std::filesystem::recursive_directory_iterator();
         entry.increment(failed)) {
      if (entry.depth() == 1) entry.disable_recursion_pending();
      if (entry->path().extension() != ".toml") continue;
      files.emplace_back(entry->path(), entry.depth() == 0
                                            ? std::string()
                                            : entry->path().parent_path().filename().string());
    }
    if (failed) return failed.message();
    std::ranges::sort(files);
    for (const auto& [path, profile] : files) {
      Source source{path.string(), profile, {}, {}};
      if (!read_file(path, source.text)) {
        errors_.push_back({source.file, 0, "", "cannot be read"});
        continue;
      }
      toml::parse_result parsed = toml::parse(source.text, source.file);
      if (!parsed) {
        const Errors wrong = parse_error(source.file, parsed.error());
        errors_.insert(errors_.end(), wrong.begin(), wrong.end());
        continue;
      }
      source.tree = std::move(parsed).table();
      if (!profile.empty()) profiles_.insert(profile);
      sources_.push_back(std::move(source));
    }
    return std::nullopt;
  }

  const Definition* add(const Source& source, std::expected<Definition, Errors> definition) {
    if (!definition) {
      errors_.insert(errors_.end(), definition.error().begin(), definition.error().end());
      return nullptr;
    }
    all_.push_back(std::make_shared<const Definition>(*std::move(definition)));
    by_id_.try_emplace(all_.back()->id(), all_.back(), &source);
    return all_.back().get();
  }

  void read_over_base(Source& overlay) {
    Problems problems{overlay.file, {}};
    const Table own(overlay.tree, "", problems);
    const std::string id = own.text("base");
    const auto base = by_id_.find(id);
    if (overlay.profile.empty()) {
      own.fail("base", "an overlay stands in the folder of its profile");
    } else if (base != by_id_.end() && base->second.source->is_overlay()) {
      own.fail("base", id + " is itself an overlay: name the definition below it");
    } else if (!id.empty() && base == by_id_.end()) {
      std::vector<std::string_view> known;
      for (const auto& [name, found] : by_id_) known.push_back(name);
      own.fail("base", "there is no sound definition " + id + did_you_mean(id, known));
    }
    if (!problems.all.empty()) {
      errors_.insert(errors_.end(), problems.all.begin(), problems.all.end());
      return;
    }
    const auto& [definition, source] = base->second;
    add(overlay, read_overlay(overlay, *definition, *source, calendars_));
  }

  void check_profile(std::string_view profile) {
    if (profile.empty() || profiles_.contains(std::string(profile))) return;
    errors_.push_back({path_.string(), 0, "profile",
                       "there is no profile \"" + std::string(profile) + "\" here" +
                           did_you_mean(profile, {profiles_.begin(), profiles_.end()})});
  }

  struct Found {
    std::shared_ptr<const Definition> definition;
    const Source* source = nullptr;
  };

  std::filesystem::path path_;
  const std::vector<Calendar>& calendars_;
  std::vector<Source> sources_;
  std::set<std::string> profiles_;
  std::vector<std::shared_ptr<const Definition>> all_;
  std::map<std::string, Found> by_id_;
  Errors errors_;
};

}  // namespace

std::expected<Definition, Errors> parse_definition(std::string_view toml, std::string_view file,
                                                   const std::vector<Calendar>& calendars) {
  const toml::parse_result parsed = toml::parse(toml, file);
  if (!parsed) return std::unexpected(parse_error(file, parsed.error()));
  if (parsed.table().contains("base")) {
    return std::unexpected(Errors{{std::string(file), 0, "base",
                                   "an overlay is read in the folder of its profile, not alone"}});
  }
  auto definition = read_whole(parsed.table(), file, calendars);
  if (definition) definition->hash = hash_of(toml);
  return definition;
}

std::expected<Definitions, Errors> load_definitions(const std::filesystem::path& processes_folder,
                                                    const std::filesystem::path& calendars_folder,
                                                    std::string_view profile) {
  const auto calendars = load_calendars(calendars_folder);
  if (!calendars) {
    const CalendarError& error = calendars.error();
    return std::unexpected(
        Errors{{error.file, static_cast<int>(error.line), error.key, error.message}});
  }
  return Folder(processes_folder, *calendars).load(profile);
}

}  // namespace huiyin::engine
