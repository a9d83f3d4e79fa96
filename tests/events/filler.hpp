// The fourth archive over `serialize`, for tests: fills a struct with values that are never their
// defaults and depend on the field's name and `variant` alone, so that a field added later changes
// no other and is covered at once.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "events/date.hpp"
#include "events/enum_names.hpp"
#include "events/field.hpp"
#include "events/instant.hpp"

namespace huiyin::events {

enum class Fill : std::uint8_t {
  required,    // only what must be there
  command,     // what a command may hold: all but the decided fields
  everything,  // also the decided fields
};

class Filler {
 public:
  // Variant 0 leaves no field at its default. Others go round every word of every enumeration, the
  // first one too.
  Filler(Fill fill, unsigned variant) : fill_(fill), variant_(variant) {}

  template <class... Fields>
  void operator()(Fields&&... fields) {
    (field(fields), ...);
  }

 private:
  template <class T>
  void field(const Field<T>& field) {
    if (fill_ == Fill::required && field.presence != Presence::required) return;
    if (fill_ == Fill::command && field.presence == Presence::decided) return;
    value(field.value, field.limit, field.name);
  }

  template <class T>
  void value(T& into, const Limit& limit, std::string_view name) const {
    if constexpr (std::same_as<T, bool>) {
      into = true;
    } else if constexpr (std::is_integral_v<T>) {
      into = static_cast<T>(1 + number(name) % 100);
    } else if constexpr (std::same_as<T, std::string>) {
      into = text(limit, name);
    } else if constexpr (std::same_as<T, Instant>) {
      using namespace std::chrono_literals;
      into = std::chrono::sys_days{std::chrono::year{2024} / 2 / 5} + 1h + 2min + 3s + 4ms +
             std::chrono::minutes{number(name) % 1'000'000};
    } else if constexpr (std::same_as<T, Date>) {
      into = std::chrono::sys_days{std::chrono::year{2024} / 2 / 5} +
             std::chrono::days{number(name) % 1'000};
    } else if constexpr (NamedEnum<T>) {
      into = static_cast<T>((1 + variant_) % names(T{}).size());
    } else if constexpr (requires {
                           into.has_value();
                           into.emplace();
                         }) {
      value(into.emplace(), limit, name);
    } else if constexpr (requires { into.emplace_back(); }) {
      into.clear();
      value(into.emplace_back(), limit, name);
      Filler(fill_, variant_ + 1).value(into.emplace_back(), limit, name);
    } else {
      Filler inner(fill_, variant_);
      into.serialize(inner);
    }
  }

  std::uint32_t number(std::string_view name) const {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    return hash + variant_;
  }

  std::string text(const Limit& limit, std::string_view name) const {
    const std::string suffix = variant_ == 0 ? "" : "-" + std::to_string(variant_);
    const std::string own(name);
    if (limit.identifier) return own + suffix;
    if (limit.characters >= long_text.characters) {
      return own + suffix + "：升平路\"排水管\"雨天积水，\n请尽快办理。\t\\ \x01 😀";
    }
    return own + suffix + "（升平路）";
  }

  Fill fill_;
  unsigned variant_;
};

}  // namespace huiyin::events
