// A row's values put into the templates of a mapping.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/json_value.hpp"
#include "import/mapping.hpp"
#include "row.hpp"

namespace huiyin::import {

// Why a row is not taken: a code to count by, and a sentence.
struct Reject {
  std::string reason;  // "repeated-key", "bad-date" …
  std::string detail;
};

// One thread. Holds on to the mapping, and to the row between calls of row().
class Renderer {
 public:
  Renderer(const Mapping& mapping, std::vector<std::size_t> places);

  // The row whose fields are meant from now on, without spaces at both ends.
  void row(const std::vector<std::string_view>& fields);
  std::string_view column(ColumnIndex index) const { return values_[index]; }

  // Prefix and columns; they must make an identifier of at most 64 characters.
  std::expected<std::string, Reject> key() const;
  // When each command is made, or `not_made`.
  std::expected<void, Reject> times(std::vector<std::int64_t>& out) const;
  // The body and the command from it, checked strictly. The body's text is body_text().
  std::expected<engine::Command, Reject> command(std::size_t index);
  std::string_view body_text() const { return text_; }

 private:
  // Appends JSON; false: there is nothing to append, the field is left out.
  std::expected<bool, Reject> append(std::string& out, const FieldValue& value) const;
  std::expected<bool, Reject> append_text(std::string& out, const FieldValue& value) const;
  std::expected<bool, Reject> append_members(std::string& out, const FieldValue& value) const;
  std::string filled(const std::vector<TemplatePart>& parts) const;
  std::string otherwise(const FieldValue& value) const;
  bool wanted(const CommandMapping& command) const;
  const std::vector<DateFormat>& formats(const std::vector<DateFormat>& own) const;

  const Mapping& mapping_;
  std::vector<std::size_t> places_;
  std::vector<std::string_view> values_;  // by ColumnIndex
  std::string text_;
  events::json::Parser parser_;
};

}  // namespace huiyin::import
