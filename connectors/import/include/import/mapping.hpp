// How the rows of one kind of file become commands: config/imports/*.toml. docs/import.md is the
// reference of that language. Plain values, immutable once loaded.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/command.hpp"
#include "engine/zone.hpp"
#include "import/csv.hpp"
#include "import/date_format.hpp"
#include "import/open_input.hpp"

namespace huiyin::import {

// `line` counts from 1; 0 when the file as a whole is meant.
struct MappingError {
  std::string file;
  int line = 0;
  std::string key;
  std::string message;

  bool operator==(const MappingError&) const = default;
};
std::string to_text(const MappingError& error);  // "nyc.toml:12: command[1].at: …"

// An index into Mapping::columns.
using ColumnIndex = std::uint16_t;

// A literal text, then a column's value where there is one.
struct TemplatePart {
  std::string literal;
  std::optional<ColumnIndex> column;
};

enum class ValueType : std::uint8_t { text, integer, boolean, date, time };
constexpr auto names(ValueType) {
  return std::array<std::string_view, 5>{"text", "integer", "boolean", "date", "time"};
}

using Lookup = std::map<std::string, std::string, std::less<>>;

struct FieldMember;

// What one field of a body is made of. Exactly one of `constant` (JSON), `parts`, `items`,
// `members` is meant, by `form`.
struct FieldValue {
  enum class Form : std::uint8_t { constant, text, list, object };
  Form form = Form::text;
  int line = 0;

  std::string constant;  // JSON

  std::vector<TemplatePart> parts;
  ValueType type = ValueType::text;
  std::optional<Lookup> lookup;  // of the rendered text
  // Where the text is empty or the lookup does not know it: the first of these that is not empty.
  std::vector<std::vector<TemplatePart>> otherwise;
  std::size_t cut = 0;              // to that many characters; 0: not
  std::vector<DateFormat> formats;  // of a date or time; empty: the input's

  std::vector<FieldValue> items;
  std::vector<FieldMember> members;
};

struct FieldMember {
  std::string name;
  FieldValue value;
};

// When a command is made at all.
struct Condition {
  ColumnIndex column = 0;
  std::vector<std::string> words;
  bool negated = false;
};

struct CommandMapping {
  engine::CommandType type{};
  int line = 0;
  ColumnIndex at = 0;
  std::vector<DateFormat> formats;  // of `at`; empty: the input's
  std::optional<Condition> when;
  FieldValue body;  // an object
};

struct Mapping {
  std::string id;  // part of every command's id: with it, a second run adds nothing twice
  std::string process;
  std::string actor;
  engine::Zone zone;

  CsvOptions csv;
  Encoding encoding = Encoding::utf_8;
  std::vector<std::string> header;  // where the file has none
  std::vector<std::string> empty;   // words that mean "nothing"
  std::vector<DateFormat> formats;

  std::vector<ColumnIndex> key;
  std::string key_prefix;

  std::vector<CommandMapping> commands;  // the first one collects

  std::vector<std::string> columns;  // all that are named above
  std::vector<int> column_lines;     // where each is named first
  std::string file;
};

// Every mistake is named with its line: unknown keys, commands and fields, wrong types, words that
// an enumeration does not have, unknown zones, encodings and maps.
std::expected<Mapping, std::vector<MappingError>> load_mapping(const std::filesystem::path& file);
std::expected<Mapping, std::vector<MappingError>> parse_mapping(std::string_view toml,
                                                                std::string_view file);

// For each of the mapping's columns its place in a file with this header, or which are missing.
std::expected<std::vector<std::size_t>, std::vector<MappingError>> bind_columns(
    const Mapping& mapping, const std::vector<std::string>& header);

}  // namespace huiyin::import
