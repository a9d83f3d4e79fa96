// huiyin schema DIR: the JSON Schemas of all events.
#include "events/schema.hpp"

#include <fstream>
#include <memory>

#include "commands.hpp"
#include "events/json_text.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

Done run_schema(const Context& context, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail("cannot-write", "cannot make " + folder.string() + ": " + error.message());
  std::string json = R"({"schemas":[)";
  std::size_t written = 0;
  for (const auto& schema : events::event_schemas()) {
    const auto path = folder / (schema.name + ".json");
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << schema.json << '\n';
    file.close();
    if (!file) return fail("cannot-write", "cannot write " + path.string());
    if (json.back() != '[') json.push_back(',');
    events::append_json_string(json, path.string());
    ++written;
  }
  if (context.json)
    print_line(json + "]}");
  else
    print_line(std::to_string(written) + " schemas in " + folder.string());
  return {};
}

}  // namespace

void add_schema(Arguments& root, const Context& context) {
  const auto folder = std::make_shared<std::filesystem::path>();
  Arguments schema = root.command("schema", "Write the JSON Schema (2020-12) of every event type",
                                  "  huiyin schema schemas/");
  schema.option("DIR", *folder, "where to, one file a type");
  schema.require("DIR");
  schema.run([&context, folder] { return run_schema(context, *folder); });
}

}  // namespace huiyin::cli
