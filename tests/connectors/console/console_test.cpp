#include <algorithm>
#include <array>
#include <chrono>

#include <gtest/gtest.h>
#include <unistd.h>

#include "console/format.hpp"
#include "console/progress.hpp"
#include "console/style.hpp"
#include "console/table.hpp"
#include "console/width.hpp"

namespace huiyin::console {
namespace {

using namespace std::chrono_literals;

TEST(Width, CountsColumns) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("drain"), 5U);
  EXPECT_EQ(display_width("排水管"), 6U);
  EXPECT_EQ(display_width("３号，楼"), 8U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width("한국어かな"), 10U);
  EXPECT_EQ(display_width("𠮷😀"), 4U);
  EXPECT_EQ(display_width("─█░…"), 4U);
  EXPECT_EQ(display_width("Москва"), 6U);
}

TEST(Width, ShortensToColumns) {
  EXPECT_EQ(shortened("排水管", 6), "排水管");
  EXPECT_EQ(shortened("排水管", 5), "排水…");
  EXPECT_EQ(shortened("排水管", 4), "排…");
  EXPECT_EQ(shortened("abc", 2), "a…");
  EXPECT_EQ(shortened("abc", 0), "");
}

TEST(Width, LetsNoTextSteerTheTerminal) {
  EXPECT_EQ(printable("a\033[31mb\r\nc\x7F"), "a [31mb  c ");
  EXPECT_EQ(printable("x\u009By\u202Ez"), "x y z");
  EXPECT_EQ(printable("a\xFF水\xE6"), "a\uFFFD水\uFFFD");
}

TEST(Format, WritesNumbersForPeople) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(341299), "341,299");
  EXPECT_EQ(format_count(18446744073709551615U), "18,446,744,073,709,551,615");
  EXPECT_EQ(format_bytes(1023), "1023 B");
  EXPECT_EQ(format_bytes(1024), "1.0 KiB");
  EXPECT_EQ(format_bytes(1048575), "1.0 MiB");
  EXPECT_EQ(format_bytes(37958419), "36.2 MiB");
  EXPECT_EQ(format_duration(-5ms), "0 ms");
  EXPECT_EQ(format_duration(850ms), "850 ms");
  EXPECT_EQ(format_duration(3250ms), "3.2 s");
  EXPECT_EQ(format_duration(125s), "2 min 5 s");
  EXPECT_EQ(format_duration(62min), "1 h 2 min");
  EXPECT_EQ(format_duration(76h), "3 d 4 h");
}

TEST(Style, PaintsOnlyWhenAsked) {
  EXPECT_EQ(painted("x", Style::red, true), "\033[31mx\033[0m");
  EXPECT_EQ(painted("x", Style::red, false), "x");
  EXPECT_EQ(painted("x", Style::plain, true), "x");
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  EXPECT_FALSE(wants_colours(pipe[1]));
  EXPECT_EQ(terminal_columns(pipe[1]), 0U);
  for (const int descriptor : pipe) ::close(descriptor);
}

TEST(Table, AlignsChineseAndNumbers) {
  Table table({{"单位"}, {"open", Align::right}, {"oldest"}});
  table.add({{"市水务局"}, {"12"}, {"排水\n管"}});
  table.add({{"parks"}, {"1,204"}});
  EXPECT_EQ(table.text(),
            "单位       open  oldest\n"
            "────────  ─────  ───────\n"
            "市水务局     12  排水 管\n"
            "parks     1,204\n");
  EXPECT_EQ(table.rows(), 2U);
}

TEST(Table, ShortensTheWidestColumnsToFit) {
  Table table({{"id"}, {"title"}});
  table.add({{"0192"}, {"升平路排水管堵塞三年无人维修"}});
  const std::string text = table.text({.columns = 20});
  EXPECT_TRUE(text.ends_with("0192  升平路排水管…\n") || text.ends_with("0192  升平路排水…\n"))
      << text;
  EXPECT_TRUE(Table({}).text() == "\n\n");
}

TEST(Table, PaintsCells) {
  Table table({{"a"}, {"b"}});
  table.add({{"1", Style::red}, {"2"}});
  EXPECT_TRUE(table.text({.coloured = true}).ends_with("\033[31m1\033[0m  2\n"));
}

TEST(Progress, WritesOneLine) {
  const ProgressView view{"import", 150'000, 300'000, Unit::items, 20'000};
  EXPECT_EQ(progress_line(view, 79),
            "import  ███████████░░░░░░░░░░░░   50%  150,000 of 300,000  20,000/s  7.5 s left");
  for (std::size_t columns = 0; columns < 120; ++columns) {
    EXPECT_LE(display_width(progress_line(view, columns)), columns);
  }
  EXPECT_EQ(progress_line({"read", 2048, 0, Unit::bytes, 1024}, 79), "read  2.0 KiB  1.0 KiB/s");
  EXPECT_EQ(progress_line({"x", 999'999, 1'000'000, Unit::items, 0}, 40),
            "x  ████████░   99%  999,999 of 1,000,000");
}

std::string drawn_by(ProgressOptions options, int updates) {
  std::array<int, 2> pipe{};
  EXPECT_EQ(::pipe(pipe.data()), 0);
  options.descriptor = pipe[1];
  {
    Progress progress("import", 100, Unit::items, options);
    for (int i = 0; i < updates; ++i) progress.update(static_cast<std::uint64_t>(i));
  }
  ::close(pipe[1]);
  std::string out(1 << 16, '\0');
  out.resize(
      static_cast<std::size_t>(std::max<ssize_t>(::read(pipe[0], out.data(), out.size()), 0)));
  ::close(pipe[0]);
  return out;
}

TEST(Progress, IsSilentInPipesAndForShortWork) {
  EXPECT_EQ(drawn_by({.first_after = 0ms}, 100), "");
  EXPECT_EQ(drawn_by({.shown = true}, 100), "");
}

TEST(Progress, DrawsSeldomAndCleansUp) {
  const std::string out = drawn_by({.shown = true, .first_after = 0ms, .redraw_after = 1h}, 100);
  EXPECT_TRUE(out.starts_with("\r\033[Kimport  "));
  EXPECT_TRUE(out.ends_with("\r\033[K"));
  EXPECT_EQ(std::ranges::count(out, '\r'), 2);
}

}  // namespace
}  // namespace huiyin::console
