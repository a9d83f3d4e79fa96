// What a `serialize` says of each of its fields, once for every archive: the name on the wire,
// whether it may be absent, and its bound.
//
//   template <class Archive> void serialize(Archive& ar) {
//     ar(required("text", text, max_text), optional("meeting", meeting, max_short),
//        decided("round", round));
//   }
//
// required: must be there. optional: left out when it holds its default (empty, false, 0).
// decided: as optional, but only the engine may set it: at the command edge it is an unknown field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace huiyin::events {

enum class Presence : std::uint8_t { required, optional, decided };

// Characters (code points) of a string, items of a list. `identifier` strings also hold no control
// character and no space at either end, since keys and file names are made of them.
struct Limit {
  std::size_t characters = 0;  // 0: no string inside
  std::size_t items = 0;       // 0: no list
  bool identifier = false;
};

// DESIGN.md section 9. Each bound keeps one case within one request and one log record.
inline constexpr Limit id_text{.characters = 64, .identifier = true};  // ids of ours and of others
inline constexpr Limit short_text{.characters = 200};                  // a place, a name, a number
inline constexpr Limit title_text{.characters = 500};
inline constexpr Limit long_text{.characters = 16'000};  // 48 KiB of Chinese in a body of 64
inline constexpr Limit up_to_64_ids{.characters = 64, .items = 64, .identifier = true};
inline constexpr Limit up_to_64_short_texts{.characters = 200, .items = 64};
inline constexpr Limit up_to_64{.characters = 64, .items = 64};
inline constexpr Limit unbounded{};

template <class T>
struct Field {
  const char* name;
  T& value;
  Presence presence;
  Limit limit;
};

template <class T>
Field<T> required(const char* name, T& value, Limit limit = unbounded) {
  return {name, value, Presence::required, limit};
}
template <class T>
Field<T> optional(const char* name, T& value, Limit limit = unbounded) {
  return {name, value, Presence::optional, limit};
}
template <class T>
Field<T> decided(const char* name, T& value, Limit limit = unbounded) {
  return {name, value, Presence::decided, limit};
}

// cereal's own archives see the value alone: binary records have no names.
template <class Archive, class T>
void serialize(Archive& ar, Field<T>& field) {
  ar(field.value);
}

// Whether a field that may be absent is left out.
template <class T>
bool is_absent(const T& value) {
  if constexpr (requires { value.empty(); }) {
    return value.empty();
  } else if constexpr (requires { value.has_value(); }) {
    return !value.has_value();
  } else {
    return value == T{};
  }
}

}  // namespace huiyin::events
