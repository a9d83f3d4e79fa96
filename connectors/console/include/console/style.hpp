// Colours and the terminal. Colours only where a person looks on: never in a pipe or a file, and
// not where NO_COLOR is set or TERM is "dumb".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace huiyin::console {

enum class Style { plain, bold, dim, green, yellow, red };

bool is_terminal(int descriptor);
bool wants_colours(int descriptor);

// Columns of the terminal; 80 where it does not say, 0 (no bound) where there is no terminal.
std::size_t terminal_columns(int descriptor);

// The text between escape sequences, or as it is when `coloured` is false or the style plain.
std::string painted(std::string_view text, Style style, bool coloured);

}  // namespace huiyin::console
