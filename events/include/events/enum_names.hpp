// Enumerations on the wire are words. An enum takes part by an ADL function
//   constexpr auto names(Colour) { return std::array<std::string_view, 4>{…}; }
// in the order of its enumerators, which start at 0 without holes. The order is also the binary
// form of derived records: append only.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <type_traits>

namespace huiyin::events {

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E e) { names(e); };

template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  return names(value)[static_cast<std::size_t>(value)];
}

template <NamedEnum E>
constexpr std::optional<E> parse_enum(std::string_view word) {
  constexpr auto table = names(E{});
  const auto found = std::find(table.begin(), table.end(), word);
  if (found == table.end()) return std::nullopt;
  return static_cast<E>(found - table.begin());
}

}  // namespace huiyin::events
