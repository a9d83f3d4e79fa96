// Rows of a CSV file as RFC 4180 has them: quoted fields with embedded delimiters, line ends and
// doubled quotes; LF or CRLF; a byte order mark is skipped, empty lines are skipped, the last line
// may lack its end. Beyond the RFC, a quote inside an unquoted field is an ordinary character.
//
// A bad row does not end the file: next() reports it and the following call goes on. What is bad is
// the row's first line alone; reading resumes at the line after it, so that one stray quote costs
// one line and not the rest of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "import/byte_source.hpp"

namespace huiyin::import {

// A row is held in memory whole; a mapping's fields together stay far below this.
inline constexpr std::size_t max_row_bytes = std::size_t{1} << 20;

struct CsvOptions {
  char delimiter = ',';
  bool has_header = true;  // then every row must have as many fields as the header

  bool operator==(const CsvOptions&) const = default;
};

struct CsvError {
  enum class Kind {
    bad_row,  // this row alone; go on with next()
    file,     // the input cannot be read on; every further next() fails alike
  };
  Kind kind = Kind::bad_row;
  std::uint64_t line = 0;  // where the row begins, from 1
  std::string message;

  bool operator==(const CsvError&) const = default;
};

// Used by one thread at a time.
class CsvReader {
 public:
  explicit CsvReader(ByteSourcePointer source, CsvOptions options = {});

  // Reads the header on the first call of header() or next(). An empty file has an empty header.
  std::expected<std::span<const std::string>, CsvError> header();

  // True: row() holds the next row. False: the end.
  std::expected<bool, CsvError> next();

  // The fields, without quotes, valid until the next call of next().
  std::span<const std::string_view> row() const { return fields_; }

  // The row, or the first line of a bad one (its first 4 KiB if it is over-long), as it stood in
  // the file, without its line end: for a file of rejects. Maybe not valid UTF-8.
  std::string_view raw() const { return raw_; }

  std::uint64_t line() const { return line_; }  // where row() begins, from 1
  InputProgress progress() const { return source_->progress(); }

 private:
  enum class Parsed { row, more, bad };

  std::expected<bool, CsvError> read_row();
  std::expected<void, CsvError> read_header();
  std::expected<void, CsvError> fill();
  std::unexpected<CsvError> refuse(std::string message);
  std::expected<void, CsvError> skip_line();
  bool skip_empty_line();
  std::string problem_of_row() const;
  Parsed parse();
  bool parse_quoted(const char*& at, const char* end, char*& unquoted);

  ByteSourcePointer source_;
  CsvOptions options_;
  bool header_read_ = false;
  std::vector<std::string> header_;

  std::vector<char> buffer_;  // begin_ to end_: read, not yet parsed
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool ended_ = false;

  std::vector<char> unquoted_;  // the quoted fields of the row without their quotes
  std::vector<std::string_view> fields_;
  std::string_view raw_;
  std::string refused_line_;
  std::uint64_t line_ = 0;
  std::uint64_t next_line_ = 1;
  std::string problem_;
  std::optional<CsvError> failed_;
};

}  // namespace huiyin::import
