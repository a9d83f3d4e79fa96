// For classes that derive from a large std::variant. The special members of a variant of fifty
// alternatives cost each file that touches one seconds of compile time; such a class declares them
// and defines them in one .cpp file. std::get, std::visit and std::holds_alternative work on it.
#pragma once

#include <type_traits>
#include <variant>

namespace huiyin::events {

template <class T, class Variant>
inline constexpr bool is_alternative = false;
template <class T, class... Ts>
inline constexpr bool is_alternative<T, std::variant<Ts...>> = (std::is_same_v<T, Ts> || ...);

}  // namespace huiyin::events
