// The archive that writes a struct as a JSON object. Absent optional fields are left out; the order
// is that of `serialize`, so equal values give equal bytes.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "events/date.hpp"
#include "events/enum_names.hpp"
#include "events/field.hpp"
#include "events/instant.hpp"
#include "events/json_text.hpp"

namespace huiyin::events {

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  template <class... Fields>
  void operator()(Fields&&... fields) {
    (field(fields), ...);
  }

  template <class T>
  void object(const T& value) {
    const bool outer = first_;
    first_ = true;
    out_.push_back('{');
    fields_of(value);
    out_.push_back('}');
    first_ = outer;
  }

  // The members of `value` without braces, so that several structs make one object.
  template <class T>
  void fields_of(const T& value) {
    // serialize() is one function for reading and writing, hence not const; a writer changes
    // nothing.
    const_cast<T&>(value).serialize(*this);
  }

  template <class T>
  void value(const T& v) {
    if constexpr (std::same_as<T, bool>) {
      out_ += v ? "true" : "false";
    } else if constexpr (std::is_integral_v<T>) {
      append_json_number(out_, static_cast<std::int64_t>(v));
    } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
      append_json_string(out_, v);
    } else if constexpr (std::same_as<T, Instant>) {
      out_.push_back('"');
      append_instant(out_, v);
      out_.push_back('"');
    } else if constexpr (std::same_as<T, Date>) {
      out_.push_back('"');
      append_date(out_, v);
      out_.push_back('"');
    } else if constexpr (NamedEnum<T>) {
      append_json_string(out_, name_of(v));
    } else if constexpr (requires {
                           v.has_value();
                           *v;
                         }) {
      value(*v);
    } else if constexpr (requires {
                           v.begin();
                           v.size();
                         }) {
      out_.push_back('[');
      bool first = true;
      for (const auto& item : v) {
        if (!first) out_.push_back(',');
        first = false;
        value(item);
      }
      out_.push_back(']');
    } else {
      object(v);
    }
  }

 private:
  template <class T>
  void field(const Field<T>& field) {
    if (field.presence != Presence::required && is_absent(field.value)) return;
    if (!first_) out_.push_back(',');
    first_ = false;
    out_.push_back('"');
    out_ += field.name;  // names are ours: plain ASCII
    out_ += "\":";
    value(std::as_const(field.value));
  }

  std::string& out_;
  bool first_ = true;
};

template <class T>
std::string to_json(const T& value) {
  std::string out;
  JsonWriter(out).value(value);
  return out;
}

}  // namespace huiyin::events
