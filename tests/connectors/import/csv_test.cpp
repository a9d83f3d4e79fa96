#include "import/csv.hpp"

#include <algorithm>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "connectors/import/support.hpp"
#include "import/open_input.hpp"

namespace huiyin::import {
namespace {

using Rows = std::vector<std::vector<std::string>>;

CsvReader reader_of(std::string text, CsvOptions options = {}, std::size_t piece_bytes = 1 << 20) {
  return CsvReader(std::make_unique<TextSource>(std::move(text), piece_bytes), options);
}

struct Outcome {
  Rows rows;
  std::vector<CsvError> errors;
  std::vector<std::string> rejects;
};

Outcome read_all(CsvReader& reader) {
  Outcome outcome;
  while (true) {
    const auto more = reader.next();
    if (!more) {
      outcome.errors.push_back(more.error());
      outcome.rejects.emplace_back(reader.raw());
      if (more.error().kind == CsvError::Kind::file) return outcome;
      continue;
    }
    if (!*more) return outcome;
    outcome.rows.emplace_back(reader.row().begin(), reader.row().end());
  }
}

Rows rows_of(const std::string& text, CsvOptions options = {.has_header = false}) {
  CsvReader reader = reader_of(text, options);
  const Outcome outcome = read_all(reader);
  EXPECT_TRUE(outcome.errors.empty()) << outcome.errors.front().message;
  return outcome.rows;
}

TEST(Csv, ReadsWhatRfc4180Shows) {
  EXPECT_EQ(rows_of("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"),
            (Rows{{"aaa", "bbb", "ccc"}, {"zzz", "yyy", "xxx"}}));
  EXPECT_EQ(rows_of("aaa,bbb\nzzz,yyy"), (Rows{{"aaa", "bbb"}, {"zzz", "yyy"}}));
  EXPECT_EQ(rows_of("\"aaa\",\"b\r\nbb\",\"c\"\"c\"\r\n"), (Rows{{"aaa", "b\r\nbb", "c\"c"}}));
}

TEST(Csv, KeepsEmptyFieldsAndSkipsEmptyLines) {
  EXPECT_EQ(rows_of("a,,\n\n\r\n,,\n\"\",x,"), (Rows{{"a", "", ""}, {"", "", ""}, {"", "x", ""}}));
  EXPECT_EQ(rows_of(""), Rows{});
  EXPECT_EQ(rows_of("\"\""), (Rows{{""}}));
}

TEST(Csv, TakesOtherDelimitersAndQuotesWithinFields) {
  EXPECT_EQ(rows_of("a;b,c;5\" pipe\n", {.delimiter = ';', .has_header = false}),
            (Rows{{"a", "b,c", "5\" pipe"}}));
  EXPECT_EQ(rows_of("a\tb\n", {.delimiter = '\t', .has_header = false}), (Rows{{"a", "b"}}));
}

TEST(Csv, SkipsTheByteOrderMarkAndReadsTheHeader) {
  CsvReader reader = reader_of("\xEF\xBB\xBF编号,标题\n1,排水管\n");
  const auto header = reader.header();
  ASSERT_TRUE(header);
  EXPECT_EQ(std::vector<std::string>(header->begin(), header->end()),
            (std::vector<std::string>{"编号", "标题"}));
  ASSERT_TRUE(reader.next().value());
  EXPECT_EQ(reader.row()[1], "排水管");
  EXPECT_EQ(reader.line(), 2U);
  EXPECT_FALSE(reader.next().value());
}

TEST(Csv, CountsPhysicalLines) {
  CsvReader reader = reader_of("h,k\na,\"1\n2\n3\"\n\nb,c\n");
  ASSERT_TRUE(reader.next().value());
  EXPECT_EQ(reader.line(), 2U);
  EXPECT_EQ(reader.raw(), "a,\"1\n2\n3\"");
  ASSERT_TRUE(reader.next().value());
  EXPECT_EQ(reader.line(), 6U);
}

TEST(Csv, GoesOnAfterABadRow) {
  CsvReader reader = reader_of(
      "h,k\n"
      "1,one\n"
      "2,\"two\" more\n"
      "3\n"
      "4,\xB2\xE2\n"
      "5,five,cinq\r\n"
      "6,six\n"
      "7,\"never closed\n"
      "8,eight\n");
  const Outcome outcome = read_all(reader);
  EXPECT_EQ(outcome.rows, (Rows{{"1", "one"}, {"6", "six"}, {"8", "eight"}}));
  std::vector<std::uint64_t> lines;
  std::ranges::transform(outcome.errors, std::back_inserter(lines), &CsvError::line);
  EXPECT_EQ(lines, (std::vector<std::uint64_t>{3, 4, 5, 6, 8}));
  EXPECT_EQ(outcome.rejects[0], "2,\"two\" more");
  EXPECT_EQ(outcome.rejects[2], "4,\xB2\xE2");
  EXPECT_EQ(outcome.rejects[3], "5,five,cinq");
  EXPECT_EQ(outcome.errors[1].message, "the row has 1 fields, the header 2");
}

TEST(Csv, RefusesRowsPastTheBoundAndNoOthers) {
  const std::string fits(max_row_bytes - 2, 'x');
  const std::string text =
      "h,k\n1," + fits + "\n2," + fits + "x\n3,\"" + fits + "\n" + fits + "\n\"\n4,four\n";
  for (const std::size_t piece_bytes : {std::size_t{1} << 20, std::size_t{4099}}) {
    CsvReader reader = reader_of(text, {}, piece_bytes);
    const Outcome outcome = read_all(reader);
    ASSERT_EQ(outcome.rows.size(), 2U);
    EXPECT_EQ(outcome.rows[1], (std::vector<std::string>{"4", "four"}));
    ASSERT_GE(outcome.errors.size(), 2U);
    EXPECT_EQ(outcome.errors[0].line, 3U);
    EXPECT_EQ(outcome.errors[1].line, 4U);
    EXPECT_EQ(outcome.rejects[0].size(), std::size_t{4} << 10);
  }
}

TEST(Csv, FailsForGoodWhereTheInputFails) {
  auto source = std::make_unique<TextSource>("h\n1\n2\n", 4);
  source->fail_at(4);
  CsvReader reader(std::move(source));
  ASSERT_TRUE(reader.next().value());
  for (int i = 0; i < 2; ++i) {
    const auto failed = reader.next();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), (CsvError{CsvError::Kind::file, 3, "the disk is gone"}));
  }
}

TEST(Csv, NamesAUtf16FileAndABadHeader) {
  CsvReader utf_16 =
      reader_of(std::string("\xFF\xFE"
                            "a\0,\0",
                            6));
  EXPECT_EQ(utf_16.next().error().kind, CsvError::Kind::file);
  EXPECT_NE(utf_16.next().error().message.find("UTF-16"), std::string::npos);
  CsvReader bad = reader_of("\"a\"b,c\n1,2\n");
  EXPECT_EQ(bad.next().error().kind, CsvError::Kind::file);
  EXPECT_EQ(bad.next().error().kind, CsvError::Kind::file);
}

// Any table, quoted at random, comes back whatever the sizes of the pieces it arrives in.
TEST(Csv, ReadsBackRandomTables) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> bits = {"a", "水", ",", "\"", "\n", "\r\n", " ", "\r"};
  for (int round = 0; round < 300; ++round) {
    const std::size_t columns = 2 + random() % 4;
    Rows rows(random() % 20);
    std::string text;
    for (auto& row : rows) {
      for (std::size_t column = 0; column < columns; ++column) {
        std::string field;
        for (std::size_t n = random() % 6; n > 0; --n) field += bits[random() % bits.size()];
        text += column > 0 ? "," : "";
        if (field.find_first_of(",\"\n\r") != std::string::npos || random() % 3 == 0) {
          text += '"';
          for (const char c : field) text += c == '"' ? std::string("\"\"") : std::string(1, c);
          text += '"';
        } else {
          text += field;
        }
        row.push_back(field);
      }
      text += random() % 2 == 0 ? "\n" : "\r\n";
    }
    CsvReader reader = reader_of(text, {.has_header = false}, 1 + random() % 7);
    const Outcome outcome = read_all(reader);
    EXPECT_TRUE(outcome.errors.empty());
    ASSERT_EQ(outcome.rows, rows) << text;
  }
}

}  // namespace
}  // namespace huiyin::import
