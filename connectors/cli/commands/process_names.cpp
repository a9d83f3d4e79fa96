#include "process_names.hpp"

#include "engine/definition_toml.hpp"
#include "events/json_text.hpp"

namespace huiyin::cli {

Result<engine::Definitions> load_processes(const node::Settings& settings,
                                           const std::filesystem::path& folder) {
  const auto& config = folder.empty() ? settings.config : folder;
  if (config.empty())
    return misuse("no folder with processes/ and calendars/ was found: name it with --folder");
  auto loaded =
      engine::load_definitions(config / "processes", config / "calendars", settings.profile);
  if (loaded) return std::move(*loaded);
  std::string json;
  for (const auto& error : loaded.error()) {
    json += (json.empty() ? R"({"file":)" : R"(,{"file":)");
    events::append_json_string(json, error.file);
    json += R"(,"line":)" + std::to_string(error.line) + R"(,"key":)";
    events::append_json_string(json, error.key);
    json += R"(,"message":)";
    events::append_json_string(json, error.message);
    json.push_back('}');
  }
  return std::unexpected(Failure{"bad-definition", engine::to_text(loaded.error()), failed,
                                 R"({"ok":false,"errors":[)" + json + "]}"});
}

std::shared_ptr<const engine::Definition> process_named(const engine::Definitions& definitions,
                                                        std::string_view name) {
  const std::string meant = definitions.meant_by(name);
  std::shared_ptr<const engine::Definition> found;
  for (const auto& definition : definitions.all()) {
    if (definition->id() == name) return definition;
    // Versions of one name stand together, the newest last.
    if (definition->name == meant) found = definition;
  }
  return found;
}

}  // namespace huiyin::cli
