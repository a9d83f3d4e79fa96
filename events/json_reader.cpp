#include "events/json_reader.hpp"

#include "events/json_locate.hpp"

namespace huiyin::events {
namespace {

bool is_identifier(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ') return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return false;
  }
  return true;
}

}  // namespace

void JsonReader::open(json::Value object) {
  if (object.type() != json::Type::object) {
    fail(DecodeErrorCode::wrong_type, "", "expected an object");
    return;
  }
  members_.reserve(object.size());
  object.each_member(this, [](void* self, std::string_view key, json::Value value) {
    static_cast<JsonReader*>(self)->members_.push_back({key, value, false});
    return true;
  });
}

// Writers emit the order of `serialize`, so the wanted member is nearly always the next one.
JsonReader::Member* JsonReader::take(std::string_view name) {
  for (std::size_t step = 0; step < members_.size(); ++step) {
    const std::size_t at = (cursor_ + step) % members_.size();
    Member& member = members_[at];
    if (member.key != name || member.taken) continue;
    member.taken = true;
    ++taken_;
    cursor_ = at + 1;
    return &member;
  }
  return nullptr;
}

void JsonReader::hide(std::string_view name) { take(name); }

void JsonReader::finish() {
  if (error_ || mode_ == ReadMode::lenient || taken_ == members_.size()) return;
  for (const Member& member : members_) {
    if (member.taken) continue;
    const std::string pointer = "/" + json::escape_pointer(member.key);
    for (const Member& other : members_) {
      if (other.taken && other.key == member.key) {
        error_ =
            DecodeError{DecodeErrorCode::duplicate_field, pointer, "this field is given twice"};
        return;
      }
    }
    error_ = DecodeError{DecodeErrorCode::unknown_field, pointer, "no such field here"};
    return;
  }
}

void JsonReader::fail(DecodeErrorCode code, std::string_view pointer, std::string detail) {
  error_ = DecodeError{code, pointer.empty() ? std::string() : "/" + std::string(pointer),
                       std::move(detail)};
}

void JsonReader::adopt(const DecodeError& inner, std::string_view prefix) {
  error_ = inner;
  if (!prefix.empty()) error_->pointer = "/" + std::string(prefix) + inner.pointer;
}

void JsonReader::read_text(json::Value from, std::string& into, const Limit& limit,
                           std::string_view pointer) {
  const auto text = from.as_string();
  if (!text) return fail(DecodeErrorCode::wrong_type, pointer, "expected a string");
  if (mode_ == ReadMode::strict) {
    // A character is at most 4 bytes, so most texts need no counting.
    if (limit.characters != 0 && text->size() > limit.characters &&
        count_characters(*text) > limit.characters) {
      return fail(DecodeErrorCode::too_long, pointer,
                  "longer than " + std::to_string(limit.characters) + " characters");
    }
    if (limit.identifier && !is_identifier(*text)) {
      return fail(DecodeErrorCode::invalid_value, pointer,
                  "an identifier is not empty and has no control characters or outer spaces");
    }
  }
  into = *text;
}

}  // namespace huiyin::events
