// How wide text stands in a terminal, in columns: two for Chinese and other East Asian wide
// characters, none for combining ones. From Unicode 14, in a table: the C library's wcwidth depends
// on the locale.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace huiyin::console {

// What a terminal may be given: control characters (which could move the cursor, recolour, or
// reverse the writing) become spaces, bytes that are not UTF-8 become U+FFFD. Text from outside
// passes through here before it is printed.
std::string printable(std::string_view text);

// Of printable text.
std::size_t display_width(std::string_view text);

// The text if it fits, else its longest beginning that fits together with "…". May be one column
// narrower than asked, where a wide character does not fit.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace huiyin::console
