// A parsed JSON document, read-only. The parser (simdjson's DOM, which checks the whole text:
// UTF-8, trailing bytes, nesting) stays in the .cpp; a Value is two words and valid until its
// parser parses again or dies. One parser per thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string_view>

namespace huiyin::events::json {

enum class Type : std::uint8_t { null, boolean, integer, number, string, array, object };

class Value;

struct Member;

// Calls `visit(context, key, value)` per member, in the text's order, until it returns false.
using MemberVisitor = bool (*)(void* context, std::string_view key, Value value);
using ElementVisitor = bool (*)(void* context, Value value);

class Value {
 public:
  Value() = default;

  Type type() const;
  // Each asks for its own type and returns nothing for another.
  std::optional<bool> as_bool() const;
  std::optional<std::int64_t> as_integer() const;
  std::optional<std::string_view> as_string() const;
  // False when this is no object (array). The visitor may stop early.
  bool each_member(void* context, MemberVisitor visit) const;
  bool each_element(void* context, ElementVisitor visit) const;
  std::size_t size() const;  // elements of an array, members of an object, else 0
  // The member of that key, the first where it is doubled; nothing when absent or no object.
  std::optional<Value> find(std::string_view key) const;

 private:
  friend class Parser;
  const void* document_ = nullptr;
  [[maybe_unused]] std::size_t index_ = 0;  // copied as a whole, with document_
};

enum class ParseErrorCode : std::uint8_t { malformed, invalid_utf8, too_deep, too_large };

struct ParseError {
  ParseErrorCode code;
  std::string_view detail;  // the parser's own words, static
};

class Parser {
 public:
  Parser();
  ~Parser();
  Parser(Parser&&) noexcept;
  Parser& operator=(Parser&&) noexcept;

  // Copies `text` into a padded buffer first, so any string will do. Nesting past 16 is refused:
  // nothing of ours is deeper than 5.
  std::expected<Value, ParseError> parse(std::string_view text);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiyin::events::json
