// The archive that reads a struct from a JSON object.
//
//   strict (commands, from outside): unknown and doubled fields, decided fields, and anything over
//     its limit are errors.
//   lenient (our own log): unknown fields are ignored, limits are not looked at, so that a history
//     written under other bounds still reads.
// The first error wins and reading stops.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "events/date.hpp"
#include "events/decode_error.hpp"
#include "events/enum_names.hpp"
#include "events/field.hpp"
#include "events/instant.hpp"
#include "events/json_text.hpp"
#include "events/json_value.hpp"

namespace huiyin::events {

enum class ReadMode : std::uint8_t { strict, lenient };

class JsonReader {
 public:
  JsonReader(json::Value object, ReadMode mode) : mode_(mode) { open(object); }

  // Reads the members that `value.serialize` names. May be called for several structs that share
  // one object; finish() then looks for members that nobody asked for.
  template <class T>
  void fields_of(T& value) {
    if (!error_) value.serialize(*this);
  }

  template <class... Fields>
  void operator()(Fields&&... fields) {
    (field(fields), ...);
  }

  // Treats a member as if it were not there: for those that somebody else has read.
  void hide(std::string_view name);

  void finish();

  const std::optional<DecodeError>& error() const { return error_; }

 private:
  struct Member {
    std::string_view key;
    json::Value value;
    bool taken;
  };

  void open(json::Value object);
  Member* take(std::string_view name);
  void fail(DecodeErrorCode code, std::string_view pointer, std::string detail);
  void adopt(const DecodeError& inner, std::string_view prefix);
  void read_text(json::Value from, std::string& into, const Limit& limit, std::string_view pointer);

  template <class T>
  void field(const Field<T>& field) {
    if (error_) return;
    if (mode_ == ReadMode::strict && field.presence == Presence::decided) return;
    Member* member = take(field.name);
    if (member == nullptr) {
      if (field.presence == Presence::required) {
        fail(DecodeErrorCode::missing_field, field.name, "this field must be there");
      }
      return;
    }
    read(member->value, field.value, field.limit, field.name);
  }

  template <class T>
  void read(json::Value from, T& into, const Limit& limit, std::string_view pointer) {
    if constexpr (std::same_as<T, bool>) {
      const auto v = from.as_bool();
      if (!v) return fail(DecodeErrorCode::wrong_type, pointer, "expected true or false");
      into = *v;
    } else if constexpr (std::is_integral_v<T>) {
      const auto v = from.as_integer();
      if (!v) return fail(DecodeErrorCode::wrong_type, pointer, "expected a whole number");
      if (!std::in_range<T>(*v)) {
        return fail(DecodeErrorCode::invalid_value, pointer, "number out of range");
      }
      into = static_cast<T>(*v);
    } else if constexpr (std::same_as<T, std::string>) {
      read_text(from, into, limit, pointer);
    } else if constexpr (std::same_as<T, Instant>) {
      read_word(from, into, pointer, parse_instant,
                "expected an instant such as 2024-02-05T09:00:00+08:00");
    } else if constexpr (std::same_as<T, Date>) {
      read_word(from, into, pointer, parse_date, "expected a date such as 2024-02-05");
    } else if constexpr (NamedEnum<T>) {
      read_word(from, into, pointer, parse_enum<T>, "");
      if (error_ && error_->code == DecodeErrorCode::invalid_value && error_->detail.empty()) {
        error_->detail = "expected one of";
        for (const auto word : names(T{})) error_->detail.append(" ").append(word);
      }
    } else if constexpr (requires {
                           into.has_value();
                           into.emplace();
                         }) {
      read(from, into.emplace(), limit, pointer);
    } else if constexpr (requires { into.emplace_back(); }) {
      read_list(from, into, limit, pointer);
    } else {
      JsonReader inner(from, mode_);
      inner.fields_of(into);
      inner.finish();
      if (inner.error_) adopt(*inner.error_, pointer);
    }
  }

  template <class T, class Parse>
  void read_word(json::Value from, T& into, std::string_view pointer, Parse parse,
                 std::string_view hint) {
    const auto text = from.as_string();
    if (!text) return fail(DecodeErrorCode::wrong_type, pointer, "expected a string");
    const auto v = parse(*text);
    if (!v) return fail(DecodeErrorCode::invalid_value, pointer, std::string(hint));
    into = *v;
  }

  template <class List>
  void read_list(json::Value from, List& into, const Limit& limit, std::string_view pointer) {
    if (from.type() != json::Type::array) {
      return fail(DecodeErrorCode::wrong_type, pointer, "expected a list");
    }
    const std::size_t count = from.size();
    if (mode_ == ReadMode::strict && limit.items != 0 && count > limit.items) {
      return fail(DecodeErrorCode::too_many, pointer,
                  "more than " + std::to_string(limit.items) + " items");
    }
    into.clear();
    into.reserve(count);
    struct Context {
      JsonReader* self;
      List* into;
      const Limit* limit;
      std::string_view pointer;
    } context{this, &into, &limit, pointer};
    from.each_element(&context, [](void* opaque, json::Value element) {
      auto& c = *static_cast<Context*>(opaque);
      const std::size_t index = c.into->size();
      JsonReader& self = *c.self;
      self.read(element, c.into->emplace_back(), *c.limit, std::string_view{});
      if (self.error_) {
        self.error_->pointer =
            "/" + std::string(c.pointer) + "/" + std::to_string(index) + self.error_->pointer;
      }
      return !self.error_;
    });
  }

  ReadMode mode_;
  std::vector<Member> members_;
  std::size_t cursor_ = 0;
  std::size_t taken_ = 0;
  std::optional<DecodeError> error_;
};

}  // namespace huiyin::events
