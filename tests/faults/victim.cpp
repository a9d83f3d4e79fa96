// A server over a pipe, to be killed. Lines in: "<token> <case> <what>", what being collect, note,
// accept or convert-to:<case>. Lines out, only once durable: "<token> ok" or "<token> no <rule>";
// "ready" first. The token is the command's id. Ends with its input.
#include <cstdio>
#include <iostream>
#include <mutex>
#include <string>

#include "engine/definition_toml.hpp"
#include "engine/runtime.hpp"
#include "local_log/local_log.hpp"
#include "support/system_ids.hpp"

namespace {

using namespace huiyin;
using engine::Role;

class Printer final : public engine::AnswerSink {
 public:
  void answered(std::span<engine::Answered> answers) override {
    std::string lines;
    for (const auto& [token, answer] : answers) {
      lines += std::to_string(token);
      if (std::holds_alternative<engine::Outcome>(answer)) {
        lines += " ok\n";
      } else if (const auto* refusal = std::get_if<engine::Refusal>(&answer)) {
        lines += " no " + refusal->rule + "\n";
      } else {
        lines += " failed " + std::get<engine::RuntimeError>(answer).detail + "\n";
      }
    }
    std::fwrite(lines.data(), 1, lines.size(), stdout);
    std::fflush(stdout);
  }
};

engine::Command read(std::uint64_t token, const std::string& case_id, const std::string& what) {
  engine::Command out;
  out.id = "token-" + std::to_string(token);
  out.hash = what;
  out.case_id = case_id;
  out.actor = {.id = "deputy-1", .role = Role::deputy};
  if (what == "collect") {
    events::Collected body;
    body.title = "the street lamp at the bridge";
    body.body = std::string(300, 'x');
    out.body = std::move(body);
  } else if (what == "accept") {
    out.actor = {.id = "officer-1", .role = Role::officer};
    out.body = events::Accepted{};
  } else if (what.starts_with("convert-to:")) {
    events::Converted body;
    body.into = what.substr(what.find(':') + 1);
    body.draft.emplace();
    body.draft->kind = events::Kind::suggestion;
    body.draft->title = "street lamps";
    body.draft->congress = "431002-6";
    body.draft->deputies = {{"deputy-1", events::Part::lead, "431002-6", ""}};
    out.body = std::move(body);
  } else {
    out.body = events::Annotated{what};
  }
  return out;
}

int serve(const std::filesystem::path& directory) {
  const std::filesystem::path config = std::filesystem::path(HUIYIN_SOURCE_DIR) / "config";
  const auto definitions = engine::load_definitions(config / "processes", config / "calendars");
  if (!definitions) return 2;
  auto log =
      local_log::LocalLog::open(directory / "log", local_log::OpenMode::create, {.partitions = 4});
  if (!log) {
    std::cerr << log.error().detail << "\n";
    return 3;
  }
  auto views = projections::ViewStore::open(directory / "views", 4);
  if (!views) {
    std::cerr << views.error().detail << "\n";
    return 4;
  }
  test::SystemIds ids;
  Printer printer;
  engine::RuntimeOptions options;
  options.processor.source = "/huiyin/victim";
  options.settlement_file = directory / "imports";
  auto runtime = engine::Runtime::start(**log, **views, *definitions, ids, options);
  if (!runtime) {
    std::cerr << runtime.error() << "\n";
    return 5;
  }
  std::puts("ready");
  std::fflush(stdout);
  std::uint64_t token = 0;
  std::string case_id, what;
  while (std::cin >> token >> case_id >> what) {
    while (!(*runtime)->processor().submit(read(token, case_id, what), token, printer)) {
      (*runtime)->processor().wait_for_room(std::chrono::steady_clock::now() +
                                            std::chrono::seconds(1));
    }
  }
  (*runtime)->stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) { return argc == 2 ? serve(argv[1]) : 1; }
