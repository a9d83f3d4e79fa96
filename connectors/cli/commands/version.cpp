// huiyin version, huiyin format: what this program is, and which bytes it writes.
#include "commands.hpp"
#include "events/case_event.hpp"
#include "events/json_text.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

Done run_version(const Context& context) {
  if (context.json)
    print_line(R"({"name":"huiyin","version":")" HUIYIN_VERSION R"("})");
  else
    print_line("huiyin " HUIYIN_VERSION);
  return {};
}

// Every type this program writes is in its first version, so there is nothing to raise yet: a log
// of this program is read by every program that reads version 1.
Done run_format(const Context& context) {
  std::string json = R"({"frame":1,"event_version":1,"types":[)";
  std::string text = "Events are written in frame 1, every type in version 1:\n";
  for (const auto name : events::case_event_names) {
    const std::string type = "huiyin.case." + std::string(name) + ".v1";
    if (json.back() != '[') json.push_back(',');
    events::append_json_string(json, type);
    text += "  " + type + "\n";
  }
  if (context.json)
    print_line(json + "]}");
  else
    print(text);
  return {};
}

}  // namespace

void add_version(Arguments& root, const Context& context) {
  root.command("version", "The version of this program").run([&context] {
    return run_version(context);
  });
}

void add_format(Arguments& root, const Context& context) {
  root.command("format", "The formats in which this program writes events").run([&context] {
    return run_format(context);
  });
}

}  // namespace huiyin::cli
