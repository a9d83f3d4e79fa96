#include <cstdio>
#include <string>
#include <vector>

#include "commands.hpp"
#include "events/json_text.hpp"
#include "output.hpp"

namespace {

using huiyin::cli::Failure;

// With --json, stdout holds one document also then: {"code":…,"detail":…} or the command's report.
int report(const huiyin::cli::Context& context, const Failure& failure) {
  if (context.json) {
    std::string json = failure.json;
    if (json.empty()) {
      json = R"({"code":)";
      huiyin::events::append_json_string(json, failure.code);
      json += R"(,"detail":)";
      huiyin::events::append_json_string(json, failure.detail);
      json += "}";
    }
    huiyin::cli::print_line(json);
  }
  huiyin::cli::note("huiyin: " + failure.detail);
  if (failure.exit == huiyin::cli::wrong_usage) huiyin::cli::note("See huiyin --help.");
  return failure.exit;
}

// `huiyin help COMMAND` is `huiyin COMMAND --help`.
std::vector<const char*> arguments_of(int argc, char** argv) {
  std::vector<const char*> out(argv, argv + argc);
  if (out.size() > 1 && std::string_view(out[1]) == "help") {
    out.erase(out.begin() + 1);
    out.push_back("--help");
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace huiyin::cli;
  Context context;
  CommandLine line;
  Arguments root = line.root();
  root.option("--data", context.data, "the data folder (huiyin-data, or HUIYIN_DATA)");
  root.option("--config", context.config, "a settings file (docs/settings.md)");
  root.option("--profile", context.profile, "whose rules new cases get: a folder of processes/");
  root.flag("--json", context.json, "one JSON document on stdout");
  add_serve(root, context);
  add_demo(root, context);
  add_list(root, context);
  add_overdue(root, context);
  add_case(root, context);
  add_history(root, context);
  add_load(root, context);
  add_stats(root, context);
  add_registry(root, context);
  add_duties(root, context);
  add_commitments(root, context);
  add_campaign(root, context);
  add_sheets(root, context);
  add_files(root, context);
  add_bulletin(root, context);
  add_export(root, context);
  add_outlet(root, context);
  add_import(root, context);
  add_settle_import(root, context);
  add_verify(root, context);
  add_rebuild(root, context);
  add_replay(root, context);
  add_backup(root, context);
  add_restore(root, context);
  add_generate(root, context);
  add_process(root, context);
  add_schema(root, context);
  add_format(root, context);
  add_forget(root, context);
  add_log(root, context);
  add_topics(root, context);
  add_token(root, context);
  add_completion(root, line);
  add_version(root, context);
  const auto arguments = arguments_of(argc, argv);
  const int code = line.run(static_cast<int>(arguments.size()), arguments.data(),
                            [&](const Failure& failure) { return report(context, failure); });
  // A full disk or a closed pipe below stdout is a failure too.
  if (std::fflush(stdout) != 0 && code == done) return failed;
  return code;
}
