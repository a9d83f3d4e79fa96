// The archive that writes what a struct's JSON looks like, as JSON Schema.
#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "events/date.hpp"
#include "events/enum_names.hpp"
#include "events/field.hpp"
#include "events/instant.hpp"
#include "events/json_text.hpp"

namespace huiyin::events {

// Whom a schema is for: readers of events see decided fields, senders of commands must not use
// them.
enum class SchemaOf : std::uint8_t { event, command };

class SchemaWriter {
 public:
  explicit SchemaWriter(SchemaOf of) : of_(of) {}

  template <class T>
  void fields_of(T& value) {
    value.serialize(*this);
  }

  template <class... Fields>
  void operator()(Fields&&... fields) {
    (field(fields), ...);
  }

  // "type":"object","properties":{…},"required":[…]  (no braces)
  std::string members() const {
    std::string out = R"("type":"object","properties":{)" + properties_ + "}";
    if (!required_.empty()) out += R"(,"required":[)" + required_ + "]";
    if (of_ == SchemaOf::command) out += R"(,"additionalProperties":false)";
    return out;
  }

 private:
  template <class T>
  void field(const Field<T>& field) {
    if (of_ == SchemaOf::command && field.presence == Presence::decided) return;
    if (!properties_.empty()) properties_.push_back(',');
    append_json_string(properties_, field.name);
    properties_ += ":{" + describe(field.value, field.limit) + "}";
    if (field.presence != Presence::required) return;
    if (!required_.empty()) required_.push_back(',');
    append_json_string(required_, field.name);
  }

  template <class T>
  std::string describe(T& value, const Limit& limit) const {
    if constexpr (std::same_as<T, bool>) {
      return R"("type":"boolean")";
    } else if constexpr (std::is_integral_v<T>) {
      return std::string(R"("type":"integer")") + (std::is_unsigned_v<T> ? R"(,"minimum":0)" : "");
    } else if constexpr (std::same_as<T, std::string>) {
      std::string out = R"("type":"string")";
      if (limit.identifier) out += R"(,"minLength":1)";
      if (limit.characters != 0) out += R"(,"maxLength":)" + std::to_string(limit.characters);
      return out;
    } else if constexpr (std::same_as<T, Instant>) {
      return R"("type":"string","format":"date-time")";
    } else if constexpr (std::same_as<T, Date>) {
      return R"("type":"string","format":"date")";
    } else if constexpr (NamedEnum<T>) {
      std::string out = R"("type":"string","enum":[)";
      for (const auto word : names(T{})) {
        if (out.back() != '[') out.push_back(',');
        append_json_string(out, word);
      }
      return out + "]";
    } else if constexpr (requires {
                           value.has_value();
                           value.emplace();
                         }) {
      typename T::value_type inner{};
      return describe(inner, limit);
    } else if constexpr (requires { value.emplace_back(); }) {
      typename T::value_type inner{};
      std::string out = R"("type":"array","items":{)" + describe(inner, limit) + "}";
      if (limit.items != 0) out += R"(,"maxItems":)" + std::to_string(limit.items);
      return out;
    } else {
      SchemaWriter inner(of_);
      inner.fields_of(value);
      return inner.members();
    }
  }

  SchemaOf of_;
  std::string properties_;
  std::string required_;
};

}  // namespace huiyin::events
