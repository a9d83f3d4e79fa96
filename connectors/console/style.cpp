#include "console/style.hpp"

#include <cstdlib>

#include <sys/ioctl.h>
#include <unistd.h>

namespace huiyin::console {
namespace {

// Called at the start, before any other thread could change the environment.
std::string_view environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? std::string_view() : value;
}

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain:
      break;
    case Style::bold:
      return "\033[1m";
    case Style::dim:
      return "\033[2m";
    case Style::green:
      return "\033[32m";
    case Style::yellow:
      return "\033[33m";
    case Style::red:
      return "\033[31m";
  }
  return {};
}

}  // namespace

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

bool wants_colours(int descriptor) {
  return is_terminal(descriptor) && environment("NO_COLOR").empty() &&
         environment("TERM") != "dumb";
}

std::size_t terminal_columns(int descriptor) {
  constexpr std::size_t usual_columns = 80;
  if (!is_terminal(descriptor)) return 0;
  winsize size{};
  const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : usual_columns;
}

std::string painted(std::string_view text, Style style, bool coloured) {
  if (!coloured || style == Style::plain || text.empty()) return std::string(text);
  return std::string(code_of(style)).append(text).append("\033[0m");
}

}  // namespace huiyin::console
