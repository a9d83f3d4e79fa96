#include "arguments.hpp"

#include <iostream>

#include <CLI/CLI.hpp>

namespace huiyin::cli {

void Arguments::option(const std::string& name, std::string& into, const std::string& help) {
  app_->add_option(name, into, help)->type_name("TEXT");
}
void Arguments::option(const std::string& name, std::uint64_t& into, const std::string& help) {
  app_->add_option(name, into, help)->type_name("NUMBER")->capture_default_str();
}
void Arguments::option(const std::string& name, std::optional<std::uint64_t>& into,
                       const std::string& help) {
  app_->add_option(name, into, help)->type_name("NUMBER");
}
void Arguments::option(const std::string& name, Words& into, const std::string& help) {
  app_->add_option(name, into, help)->type_name("TEXT");
}
void Arguments::option(const std::string& name, std::filesystem::path& into,
                       const std::string& help) {
  app_->add_option_function<std::string>(
          name, [&into](const std::string& text) { into = text; }, help)
      ->type_name("PATH");
}
void Arguments::flag(const std::string& name, bool& into, const std::string& help) {
  app_->add_flag(name, into, help);
}
void Arguments::require(const std::string& name) { app_->get_option(name)->required(); }

void Arguments::words(const std::string& name, Words allowed, const std::string& help,
                      const std::function<void(const std::string&)>& take) {
  app_->add_option_function<std::string>(name, take, help)
      ->check(CLI::IsMember(std::move(allowed)));
}

Arguments Arguments::command(const std::string& name, const std::string& summary,
                             const std::string& examples) {
  CLI::App* const app = app_->add_subcommand(name, summary);
  app->fallthrough();  // --json and --data may stand after the command
  if (!examples.empty()) app->footer("Examples:\n" + examples);
  app_->require_subcommand(1);
  return Arguments(*app);
}

void Arguments::run(std::function<Done()> action) {
  app_->final_callback([action = std::move(action)] {
    if (const auto ended = action(); !ended) throw Failure(ended.error());
  });
}

struct CommandLine::State {
  CLI::App app{"Huiyin (回音): what citizens bring to their deputies, until it is answered"};
};

CommandLine::CommandLine() : state_(std::make_unique<State>()) {
  state_->app.name("huiyin");
  state_->app.footer(
      "Exit codes: 0 done, 1 refused or failed, 2 wrong usage. Reference: docs/cli.md");
}
CommandLine::~CommandLine() = default;

Arguments CommandLine::root() { return Arguments(state_->app); }

namespace {

CommandShape shape_of(const CLI::App& app) {
  CommandShape out{app.get_name(), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    const bool takes_value = option->get_items_expected_max() > 0;
    for (const auto& name : option->get_lnames()) {
      out.options.push_back({"--" + name, takes_value, {}});
    }
    for (const auto& name : option->get_snames()) {
      out.options.push_back({"-" + name, takes_value, {}});
    }
  }
  for (const CLI::App* command : app.get_subcommands({}))
    out.commands.push_back(shape_of(*command));
  return out;
}

}  // namespace

CommandShape CommandLine::shape() const { return shape_of(state_->app); }

int CommandLine::run(int argc, const char* const* argv,
                     const std::function<int(const Failure&)>& report) {
  try {
    state_->app.parse(argc, argv);
  } catch (const Failure& failure) {
    return report(failure);
  } catch (const CLI::CallForHelp&) {
    std::cout << state_->app.help() << '\n';  // of the innermost command that was named
    return done;
  } catch (const CLI::ParseError& error) {
    return report(Failure{"wrong-usage", error.what(), wrong_usage, {}});
  }
  return done;
}

}  // namespace huiyin::cli
