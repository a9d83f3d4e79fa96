#include "import/importer.hpp"

#include <fstream>
#include <iterator>

#include "support/engine_on_disk.hpp"

namespace huiyin::import {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

constexpr std::string_view mapping_text = R"toml(
id = "t"
process = "casework"
actor = "import:t"
zone = "Asia/Shanghai"
[input]
empty = ["N/A"]
dates = ["%Y-%m-%d", "%Y-%m-%d %H:%M"]
[key]
columns = ["id"]
prefix = "t-"
[[command]]
command = "collect"
at = "opened"
[command.body]
kind = "matter"
title = { value = "{subject}", default = ["{type}", "(none)"], cut = 5 }
category = { value = "{type}", map = { r = "roads", w = "water" } }
station = "{office}"
[[command]]
command = "hand-off"
at = "opened"
[command.body]
lead = "{office}"
[[command]]
command = "close"
at = "closed"
when = { column = "status", not = ["open"] }
)toml";

constexpr std::string_view header = "id,opened,closed,subject,type,office,status\n";

class Importer : public ::testing::Test {
 protected:
  Importer() : engine(sys_days{2024y / 6 / 1}), mapping(parse_mapping(mapping_text, "t").value()) {}

  std::string file(const std::string& rows) {
    const auto path = engine.directory.path() / "in.csv";
    std::ofstream(path) << header << rows;
    return path.string();
  }
  std::expected<ImportSummary, std::string> run(const std::string& input,
                                                ImportOptions options = {}) {
    options.input = input;
    options.rejects = engine.directory.path() / "rejects.csv";
    return run_import(
        mapping,
        {*engine.runtime, engine.log, *engine.views, engine.ids, test::shipped_definitions()},
        options);
  }
  std::string rejects() const {
    std::ifstream in(engine.directory.path() / "rejects.csv");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }

  test::EngineOnDisk engine;
  Mapping mapping;
};

TEST_F(Importer, MakesCasesAndSaysWhatItCouldNotTake) {
  const auto summary =
      run(file("1,2024-01-02,2024-02-03,pothole here,r,A,closed\n"
               "2,2024-01-05,,,w,A,open\n"
               "2,2024-01-06,,again,w,A,open\n"
               "3,2024-01-07,2024-01-01,x,r,A,closed\n"
               "4,2024-13-07,,x,r,A,\n"
               "5,N/A,,x,r,A,\n"
               ",2024-01-07,,x,r,A,\n"
               "6,2024-01-07,,x,?,A,\n"
               "7,2024-01-07,,x,r,,\n"
               "8,2025-01-07,,x,r,A,\n"
               "9,2024-01-07\n"
               "10,2024-01-07 10:30,2024-01-07 10:30,x,r,B,closed\n"
               "11,2024-01-08,2024-01-09,x,r,B,open\n"));
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_EQ(summary->rows, 13U);
  EXPECT_EQ(summary->cases, 5U);
  EXPECT_EQ(summary->commands, 11U);
  EXPECT_EQ(summary->already_there, 0U);
  EXPECT_EQ(summary->events, engine.events());
  const std::map<std::string, std::uint64_t> reasons{
      {"bad-date", 2}, {"bad-order", 1}, {"bad-row", 1},      {"refused", 1},
      {"no-date", 1},  {"no-key", 1},    {"repeated-key", 1}, {"unknown-word", 1}};
  EXPECT_EQ(summary->rejected, reasons);
  EXPECT_EQ(summary->rejected_total, 9U);
  EXPECT_TRUE(
      rejects().contains("\n3,4,t-2,repeated-key,an earlier row has this key,2,2024-01-06,"))
      << rejects();

  const auto closed = engine.state("t-1");
  ASSERT_NE(closed, nullptr);
  EXPECT_EQ(closed->stage, "closed");
  EXPECT_EQ(closed->title, "potho");
  EXPECT_EQ(closed->category, "roads");
  EXPECT_EQ(closed->station, "A");
  EXPECT_TRUE(closed->imported);
  EXPECT_EQ(closed->collected_at, sys_days{2024y / 1 / 2} - 8h);
  EXPECT_EQ(engine.state("t-2")->title, "w");
  EXPECT_EQ(engine.state("t-11")->stage, "handed-off");
}

TEST_F(Importer, AddsNothingTwice) {
  const std::string input =
      file("1,2024-01-02,2024-02-03,a,r,A,closed\n2,2024-01-05,,b,w,A,open\n");
  const auto first = run(input);
  ASSERT_TRUE(first) << first.error();
  const std::uint64_t events = engine.events();
  engine.start();
  const auto second = run(input);
  ASSERT_TRUE(second) << second.error();
  EXPECT_EQ(second->already_there, first->commands);
  EXPECT_EQ(second->commands, 0U);
  EXPECT_EQ(second->cases, 0U);
  EXPECT_EQ(second->events, 0U);
  EXPECT_EQ(engine.events(), events);
}

std::string many_rows(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i) {
    const int day = (i * 7919) % 100;
    const auto opened = events::format_date(sys_days{2023y / 12 / 1} + std::chrono::days{day});
    const auto closed =
        events::format_date(sys_days{2023y / 12 / 1} + std::chrono::days{day + i % 40});
    rows += std::to_string(i) + "," + opened + "," + closed + ",subject " + std::to_string(i) +
            ",r,office-" + std::to_string(i % 9) + ",closed\n";
  }
  return rows;
}

TEST_F(Importer, SortsWhatDoesNotFitAndGoesOnWhereItStopped) {
  constexpr int count = 6'000;
  const std::string input = file(many_rows(count));
  int questions = 0;
  ImportOptions options{.sort_memory_bytes = std::size_t{64} << 10,
                        .interrupt = [&] { return ++questions == 16; }};
  const auto stopped = run(input, options);
  ASSERT_FALSE(stopped);
  EXPECT_TRUE(stopped.error().starts_with("interrupted"));
  engine.start();
  const std::uint64_t before = engine.events();
  EXPECT_GT(before, 0U);
  options.interrupt = {};
  const auto summary = run(input, options);
  ASSERT_TRUE(summary) << summary.error();
  EXPECT_GT(summary->already_there, 0U);
  EXPECT_EQ(summary->already_there + summary->commands, 3U * count);
  EXPECT_EQ(summary->rejected_total, 0U);
  EXPECT_EQ(engine.events(), before + summary->events);
  EXPECT_EQ(engine.state("t-4321")->stage, "closed");
}

TEST_F(Importer, RefusesWhatNoRowCouldDo) {
  mapping.process = "nothing";
  EXPECT_EQ(run(file("")).error(), "t: process: there is no process \"nothing\"");
  mapping.process = "suggestion";
  EXPECT_TRUE(run(file("")).has_value());
  mapping.columns[0] = "nowhere";
  EXPECT_TRUE(run(file("")).error().contains("has no column \"nowhere\""));
  EXPECT_TRUE(run("/nowhere/x.csv").error().contains("/nowhere/x.csv"));
}

}  // namespace
}  // namespace huiyin::import
