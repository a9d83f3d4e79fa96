// The folder of definitions: complete ones first, then the overlays over them.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "definition_overlay.hpp"
#include "definition_reader.hpp"
#include "engine/calendar_toml.hpp"
#include "engine/definition_check.hpp"
#include "engine/definition_toml.hpp"

namespace huiyin::engine {
namespace {

using Errors = std::vector<DefinitionError>;

bool read_file(const std::filesystem::path& path, std::string& text) {
  std::ifstream file(path, std::ios::binary);
  text.assign(std::istreambuf_iterator<char>(file), {});
  return file.good();
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
  definition->hash = definition_hash(base.hash + overlay.text);
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
    } else if (!is_name(overlay.profile)) {
      own.fail("base", "a profile's folder has small letters, digits and hyphens");
    } else if (base != by_id_.end() && base->second.source->is_overlay()) {
      own.fail("base", id + " is itself an overlay: name the definition below it");
    } else if (!id.empty() && base == by_id_.end()) {
      std::vector<std::string_view> known;
      known.reserve(by_id_.size());
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
