#include "import/csv.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "events/json_text.hpp"

namespace huiyin::import {
namespace {

constexpr std::size_t read_bytes = std::size_t{256} << 10;
constexpr std::size_t kept_of_refused_bytes = std::size_t{4} << 10;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

bool looks_like_utf_16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

std::uint64_t count_line_feeds(std::string_view text) {
  return static_cast<std::uint64_t>(std::ranges::count(text, '\n'));
}

}  // namespace

CsvReader::CsvReader(ByteSourcePointer source, CsvOptions options)
    : source_(std::move(source)), options_(options) {
  buffer_.resize(max_row_bytes + read_bytes);
  unquoted_.resize(buffer_.size());
}

std::expected<void, CsvError> CsvReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  const std::size_t room = std::min(buffer_.size() - end_, read_bytes);
  const auto count = source_->read(std::span(buffer_).subspan(end_, room));
  if (!count) {
    failed_ = CsvError{CsvError::Kind::file, next_line_, count.error().message};
    return std::unexpected(*failed_);
  }
  end_ += *count;
  ended_ = *count == 0;
  return {};
}

std::expected<void, CsvError> CsvReader::read_header() {
  std::string_view first;
  while (!ended_ && (first = {buffer_.data(), end_}).size() < byte_order_mark.size()) {
    if (auto filled = fill(); !filled) return filled;
  }
  first = {buffer_.data(), end_};
  if (looks_like_utf_16(first)) {
    failed_ = {CsvError::Kind::file, 1,
               "the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\") instead"};
    return std::unexpected(*failed_);
  }
  if (first.starts_with(byte_order_mark)) begin_ = byte_order_mark.size();
  if (options_.has_header) {
    auto row = read_row();
    if (!row) {
      // Without names for the columns no row can be read.
      failed_ = {CsvError::Kind::file, row.error().line, "header: " + row.error().message};
      return std::unexpected(*failed_);
    }
    header_.assign(fields_.begin(), fields_.end());
  }
  header_read_ = true;
  return {};
}

std::expected<std::span<const std::string>, CsvError> CsvReader::header() {
  if (failed_) return std::unexpected(*failed_);
  if (!header_read_) {
    if (auto read = read_header(); !read) return std::unexpected(read.error());
  }
  return std::span<const std::string>(header_);
}

std::expected<bool, CsvError> CsvReader::next() {
  if (failed_) return std::unexpected(*failed_);
  if (!header_read_) {
    if (auto read = read_header(); !read) return std::unexpected(read.error());
  }
  return read_row();
}

bool CsvReader::skip_empty_line() {
  const std::string_view text(buffer_.data() + begin_, end_ - begin_);
  const std::size_t length = text.starts_with("\r\n") ? 2 : text.starts_with('\n') ? 1 : 0;
  begin_ += length;
  next_line_ += length > 0 ? 1 : 0;
  return length > 0;
}

std::expected<bool, CsvError> CsvReader::read_row() {
  fields_.clear();
  raw_ = {};
  while (true) {
    if (skip_empty_line()) continue;
    line_ = next_line_;
    if (begin_ == end_ && ended_) return false;
    const Parsed parsed = parse();
    if (parsed == Parsed::bad) return refuse(std::exchange(problem_, {}));
    if (parsed == Parsed::row) break;
    if (end_ - begin_ > max_row_bytes) {
      return refuse("the row is longer than 1 MiB; is a closing quote missing?");
    }
    if (auto filled = fill(); !filled) return std::unexpected(filled.error());
  }
  if (std::string problem = problem_of_row(); !problem.empty()) {
    begin_ = static_cast<std::size_t>(raw_.data() - buffer_.data());
    next_line_ = line_;
    return refuse(std::move(problem));
  }
  return true;
}

std::string CsvReader::problem_of_row() const {
  if (raw_.size() > max_row_bytes) return "the row is longer than 1 MiB";
  if (!events::is_valid_utf8(raw_)) {
    return "the row has bytes that are not text in the encoding of the file";
  }
  if (!header_.empty() && fields_.size() != header_.size()) {
    return "the row has " + std::to_string(fields_.size()) + " fields, the header " +
           std::to_string(header_.size());
  }
  return {};
}

std::unexpected<CsvError> CsvReader::refuse(std::string message) {
  fields_.clear();
  if (auto skipped = skip_line(); !skipped) return std::unexpected(skipped.error());
  raw_ = refused_line_;
  return std::unexpected(CsvError{CsvError::Kind::bad_row, line_, std::move(message)});
}

// Consumes up to the first line end, whatever the quotes say, and keeps its front for raw().
std::expected<void, CsvError> CsvReader::skip_line() {
  refused_line_.clear();
  ++next_line_;
  while (true) {
    const char* from = buffer_.data() + begin_;
    const auto* stop = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
    const auto length = stop != nullptr ? static_cast<std::size_t>(stop - from) : end_ - begin_;
    refused_line_.append(from, std::min(length, kept_of_refused_bytes - refused_line_.size()));
    begin_ += length + (stop != nullptr ? 1 : 0);
    if (stop != nullptr || ended_) break;
    if (auto filled = fill(); !filled) return filled;
  }
  if (refused_line_.ends_with('\r')) refused_line_.pop_back();
  return {};
}

// Parses the row that starts at begin_. `more`: the buffer ends before the row does.
CsvReader::Parsed CsvReader::parse() {
  fields_.clear();
  const char* const start = buffer_.data() + begin_;
  const char* const end = buffer_.data() + end_;
  const char* at = start;
  char* unquoted = unquoted_.data();
  const char delimiter = options_.delimiter;
  while (true) {
    if (at < end && *at == '"') {
      if (!parse_quoted(at, end, unquoted)) return problem_.empty() ? Parsed::more : Parsed::bad;
    } else {
      const char* const field = at;
      while (at < end && *at != delimiter && *at != '\n') ++at;
      if (at == end && !ended_) return Parsed::more;
      const bool carriage_return = at > field && at[-1] == '\r' && (at == end || *at == '\n');
      fields_.emplace_back(field, at - (carriage_return ? 1 : 0));
    }
    if (at < end && *at == delimiter) {
      ++at;
      continue;
    }
    break;
  }
  // `at` is at the line feed, or at the end of the file.
  const char* const row_end = at > start && at[-1] == '\r' ? at - 1 : at;
  raw_ = std::string_view(start, row_end);
  if (at < end) ++at;
  ++next_line_;
  // Only a quoted field can hold line ends.
  if (unquoted != unquoted_.data()) next_line_ += count_line_feeds(raw_);
  begin_ = static_cast<std::size_t>(at - buffer_.data());
  return Parsed::row;
}

// Leaves `at` at what follows the field: the delimiter, the line feed, or the end of the file.
bool CsvReader::parse_quoted(const char*& at, const char* end, char*& unquoted) {
  char* const field = unquoted;
  const char* from = at + 1;
  while (true) {
    const auto* quote =
        static_cast<const char*>(std::memchr(from, '"', static_cast<std::size_t>(end - from)));
    if (quote == nullptr || (quote + 1 == end && !ended_)) {
      if (ended_) problem_ = "the quoted field is never closed";
      return false;
    }
    const auto length = static_cast<std::size_t>(quote - from);
    std::memcpy(unquoted, from, length);
    unquoted += length;
    from = quote + 1;
    if (from == end || *from != '"') break;
    *unquoted++ = '"';
    ++from;
  }
  if (from < end && *from == '\r') {
    if (from + 1 == end && !ended_) return false;
    if (from + 1 == end || from[1] == '\n') ++from;
  }
  if (from < end && *from != options_.delimiter && *from != '\n') {
    problem_ = "text follows the closing quote of a field";
    return false;
  }
  if (from == end && !ended_) return false;
  fields_.emplace_back(field, unquoted);
  at = from;
  return true;
}

}  // namespace huiyin::import
