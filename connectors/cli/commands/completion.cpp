// huiyin completion: words for the shell's Tab key, from what the commands declare.
#include <memory>

#include "commands.hpp"
#include "output.hpp"

namespace huiyin::cli {
namespace {

enum class Shell : std::uint8_t { bash, zsh, fish };
constexpr auto names(Shell) { return std::array<std::string_view, 3>{"bash", "zsh", "fish"}; }

// "huiyin process draw" → its commands and options.
void append_cases(std::string& out, const CommandShape& command, const std::string& path,
                  const std::string& global) {
  std::string known;
  for (const auto& below : command.commands) known += below.name + " ";
  for (const auto& option : command.options) known += option.name + " ";
  out += "    '" + path + "') words='" + known + global + "' ;;\n";
  for (const auto& below : command.commands)
    append_cases(out, below, path + " " + below.name, global);
}

std::string command_words(const CommandShape& command) {
  std::string out;
  for (const auto& below : command.commands) out += " " + below.name + command_words(below);
  return out;
}

// zsh runs the same by way of bashcompinit.
std::string bash_script(const CommandShape& root) {
  std::string global;
  for (const auto& option : root.options) global += option.name + " ";
  std::string first;
  for (const auto& below : root.commands) first += below.name + " ";
  std::string cases = "    huiyin) words='" + first + global + "' ;;\n";
  for (const auto& below : root.commands) {
    append_cases(cases, below, "huiyin " + below.name, global);
  }
  return "_huiyin() {\n"
         "  local word path=huiyin words i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    word=${COMP_WORDS[i]}\n"
         "    case \" " +
         command_words(root) +
         " \" in *\" $word \"*) path=\"$path $word\" ;; esac\n"
         "  done\n"
         "  case $path in\n" +
         cases +
         "    *) words='' ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "
         "\"${COMP_WORDS[COMP_CWORD]}\"))\n"
         "}\n"
         "complete -o filenames -F _huiyin huiyin\n";
}

std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "'";
}

void append_fish(std::string& out, const CommandShape& command, const std::string& condition) {
  std::string below_condition = condition;
  if (!command.commands.empty()) {
    below_condition += condition.empty() ? "" : "; and ";
    below_condition += "not __fish_seen_subcommand_from";
    for (const auto& below : command.commands) below_condition += " " + below.name;
  }
  const auto line = [&](const std::string& when, const std::string& rest) {
    out += "complete -c huiyin";
    if (!when.empty()) out += " -n " + fish_quoted(when);
    out += rest + "\n";
  };
  for (const auto& option : command.options) {
    const bool is_long = option.name.starts_with("--");
    line(condition, (is_long ? " -l " + option.name.substr(2) : " -s " + option.name.substr(1)) +
                        (option.takes_value ? " -r" : ""));
  }
  for (const auto& below : command.commands) {
    line(below_condition, " -f -a " + below.name + " -d " + fish_quoted(below.summary));
    append_fish(out, below,
                (condition.empty() ? "" : condition + "; and ") + "__fish_seen_subcommand_from " +
                    below.name);
  }
}

void run_completion(const CommandLine& line, Shell shell) {
  const CommandShape root = line.shape();
  if (shell == Shell::fish) {
    std::string out;
    append_fish(out, root, "");
    print(out);
    return;
  }
  if (shell == Shell::zsh) print("autoload -U +X bashcompinit && bashcompinit\n");
  print(bash_script(root));
}

}  // namespace

void add_completion(Arguments& root, const CommandLine& line) {
  const auto shell = std::make_shared<Shell>();
  Arguments completion =
      root.command("completion", "Print a script that completes commands by Tab",
                   "  source <(huiyin completion bash)\n"
                   "  huiyin completion fish > ~/.config/fish/completions/huiyin.fish");
  completion.choice("SHELL", *shell, "bash, zsh or fish");
  completion.require("SHELL");
  completion.run([&line, shell]() -> Done {
    run_completion(line, *shell);
    return {};
  });
}

}  // namespace huiyin::cli
