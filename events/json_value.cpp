#include "events/json_value.hpp"

#include <cstring>
#include <string>
#include <vector>

#include <simdjson.h>

namespace huiyin::events::json {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t max_depth = 16;
constexpr std::size_t max_text_bytes = 16U << 20U;  // far above any event: a bound, not a promise

// A dom::element is a document pointer and a tape index, and trivially copyable: Value keeps those
// two words, so that simdjson's header stays out of ours.
static_assert(std::is_trivially_copyable_v<dom::element>);
static_assert(sizeof(dom::element) == sizeof(Value));

dom::element element_of(const Value& value) {
  dom::element element;
  std::memcpy(static_cast<void*>(&element), &value, sizeof(element));
  return element;
}

Value value_of(const dom::element& element) {
  Value value;
  std::memcpy(static_cast<void*>(&value), static_cast<const void*>(&element), sizeof(value));
  return value;
}

}  // namespace

Type Value::type() const {
  if (document_ == nullptr) return Type::null;
  switch (element_of(*this).type()) {
    case dom::element_type::ARRAY:
      return Type::array;
    case dom::element_type::OBJECT:
      return Type::object;
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
      return Type::integer;
    case dom::element_type::DOUBLE:
      return Type::number;
    case dom::element_type::STRING:
      return Type::string;
    case dom::element_type::BOOL:
      return Type::boolean;
    case dom::element_type::NULL_VALUE:
      return Type::null;
  }
  return Type::null;
}

std::optional<bool> Value::as_bool() const {
  if (type() != Type::boolean) return std::nullopt;
  bool out = false;
  if (element_of(*this).get_bool().get(out) != simdjson::SUCCESS) return std::nullopt;
  return out;
}

std::optional<std::int64_t> Value::as_integer() const {
  if (type() != Type::integer) return std::nullopt;
  std::int64_t out = 0;
  if (element_of(*this).get_int64().get(out) != simdjson::SUCCESS) return std::nullopt;
  return out;
}

std::optional<std::string_view> Value::as_string() const {
  if (type() != Type::string) return std::nullopt;
  std::string_view out;
  if (element_of(*this).get_string().get(out) != simdjson::SUCCESS) return std::nullopt;
  return out;
}

bool Value::each_member(void* context, MemberVisitor visit) const {
  if (type() != Type::object) return false;
  dom::object object;
  if (element_of(*this).get_object().get(object) != simdjson::SUCCESS) return false;
  for (auto member : object) {
    if (!visit(context, member.key, value_of(member.value))) break;
  }
  return true;
}

bool Value::each_element(void* context, ElementVisitor visit) const {
  if (type() != Type::array) return false;
  dom::array array;
  if (element_of(*this).get_array().get(array) != simdjson::SUCCESS) return false;
  for (auto element : array) {
    if (!visit(context, value_of(element))) break;
  }
  return true;
}

std::size_t Value::size() const {
  if (document_ == nullptr) return 0;
  dom::array array;
  if (element_of(*this).get_array().get(array) == simdjson::SUCCESS) return array.size();
  dom::object object;
  if (element_of(*this).get_object().get(object) == simdjson::SUCCESS) return object.size();
  return 0;
}

std::optional<Value> Value::find(std::string_view key) const {
  dom::element found;
  if (type() != Type::object) return std::nullopt;
  if (element_of(*this).at_key(key).get(found) != simdjson::SUCCESS) return std::nullopt;
  return value_of(found);
}

struct Parser::Impl {
  dom::parser parser{max_text_bytes};
  std::vector<char> padded;
};

Parser::Parser() : impl_(std::make_unique<Impl>()) {}
Parser::~Parser() = default;
Parser::Parser(Parser&&) noexcept = default;
Parser& Parser::operator=(Parser&&) noexcept = default;

std::expected<Value, ParseError> Parser::parse(std::string_view text) {
  if (text.size() > max_text_bytes) {
    return std::unexpected(ParseError{ParseErrorCode::too_large, "text larger than 16 MiB"});
  }
  const std::size_t needed = text.size() + simdjson::SIMDJSON_PADDING;
  if (impl_->padded.size() < needed) {
    impl_->padded.resize(needed);
    if (const auto error = impl_->parser.allocate(needed, max_depth); error) {
      return std::unexpected(ParseError{ParseErrorCode::too_large, simdjson::error_message(error)});
    }
  }
  std::memcpy(impl_->padded.data(), text.data(), text.size());
  dom::element root;
  const auto error = impl_->parser.parse(impl_->padded.data(), text.size(), false).get(root);
  if (error == simdjson::SUCCESS) return value_of(root);
  auto code = ParseErrorCode::malformed;
  if (error == simdjson::UTF8_ERROR) code = ParseErrorCode::invalid_utf8;
  if (error == simdjson::DEPTH_ERROR) code = ParseErrorCode::too_deep;
  return std::unexpected(ParseError{code, simdjson::error_message(error)});
}

}  // namespace huiyin::events::json
