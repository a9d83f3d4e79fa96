// What commands declare of themselves: names, options, help. The parser behind it (CLI11) stays in
// arguments.cpp, since its header is slow to compile.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/enum_names.hpp"
#include "outcome.hpp"

namespace CLI {
class App;
}

namespace huiyin::cli {

using Words = std::vector<std::string>;

// One command. Option names are "--stage" or "-o,--output"; a name without dashes is positional.
// What is bound must outlive the parsing: commands keep it in a shared_ptr that `run` holds too.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(&app) {}

  void option(const std::string& name, std::string& into, const std::string& help);
  void option(const std::string& name, std::uint64_t& into, const std::string& help);
  void option(const std::string& name, std::optional<std::uint64_t>& into, const std::string& help);
  void option(const std::string& name, Words& into, const std::string& help);
  void option(const std::string& name, std::filesystem::path& into, const std::string& help);
  void flag(const std::string& name, bool& into, const std::string& help);
  void require(const std::string& name);

  template <events::NamedEnum E>
  void choice(const std::string& name, std::optional<E>& into, const std::string& help) {
    const auto table = names(E{});
    words(name, {table.begin(), table.end()}, help,
          [&into](const std::string& word) { into = events::parse_enum<E>(word); });
  }
  template <events::NamedEnum E>
  void choice(const std::string& name, E& into, const std::string& help) {
    const auto table = names(E{});
    words(name, {table.begin(), table.end()}, help,
          [&into](const std::string& word) { into = *events::parse_enum<E>(word); });
  }

  // A command below this one. `examples` are shown under its help.
  Arguments command(const std::string& name, const std::string& summary,
                    const std::string& examples = "");
  void run(std::function<Done()> action);

 private:
  void words(const std::string& name, Words allowed, const std::string& help,
             const std::function<void(const std::string&)>& take);

  CLI::App* app_;
};

// What `completion` writes its scripts from.
struct OptionShape {
  std::string name;  // with its dashes; empty for positionals
  bool takes_value = false;
  Words words;  // of a choice
};
struct CommandShape {
  std::string name, summary;
  std::vector<OptionShape> options;
  std::vector<CommandShape> commands;
};

class CommandLine {
 public:
  CommandLine();
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  Arguments root();
  CommandShape shape() const;
  // Parses, prints help where it is asked for, and runs the command that was named. The failure of
  // the command is given to `report`. The exit code.
  int run(int argc, const char* const* argv, const std::function<int(const Failure&)>& report);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace huiyin::cli
