#include "import/mapping.hpp"

#include <gtest/gtest.h>

namespace huiyin::import {
namespace {

constexpr std::string_view head = R"(id = "t"
process = "casework"
actor = "import:t"
zone = "Asia/Shanghai"
[input]
dates = ["%Y-%m-%d"]
[key]
columns = ["id"]
)";

constexpr std::string_view collect = R"([[command]]
command = "collect"
at = "opened"
[command.body]
kind = "matter"
title = "{subject}"
)";

std::string problem(std::string_view text) {
  const auto mapping = parse_mapping(text, "m.toml");
  return mapping ? "" : to_text(mapping.error().front());
}

std::string with(std::string_view rest) { return std::string(head) + std::string(rest); }

TEST(Mapping, ShippedOnesLoad) {
  const auto mapping =
      load_mapping(std::filesystem::path(HUIYIN_SOURCE_DIR) / "config/imports/nyc-casework.toml");
  ASSERT_TRUE(mapping) << to_text(mapping.error().front());
  EXPECT_EQ(mapping->commands.size(), 3U);
  EXPECT_EQ(mapping->zone.name(), "America/New_York");
}

TEST(Mapping, NamesTheColumnsItNeeds) {
  const auto mapping = parse_mapping(with(collect), "m.toml");
  ASSERT_TRUE(mapping);
  EXPECT_EQ(mapping->columns, (std::vector<std::string>{"id", "opened", "subject"}));
  EXPECT_EQ(*bind_columns(*mapping, {"subject", "x", "id", "opened"}),
            (std::vector<std::size_t>{2, 3, 0}));
  const auto missing = bind_columns(*mapping, {"id", "opened"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(to_text(missing.error().front()),
            "m.toml:14: the file has no column \"subject\" (one of: id, opened)");
}

TEST(Mapping, RefusesWithFileAndLine) {
  const std::string good = with(collect);
  EXPECT_EQ(problem("x = "),
            "m.toml:1: Error while parsing key-value pair: encountered end-of-file");
  EXPECT_TRUE(problem("colour = 1\n" + good).starts_with("m.toml:1: colour: unknown key"));
  EXPECT_TRUE(
      problem(good + "colour = \"red\"\n")
          .starts_with("m.toml:15: command[1].body.colour: this command has no such field"));
  EXPECT_TRUE(problem(good + "channel = \"telepathy\"\n")
                  .starts_with("m.toml:15: command[1].body.channel: \"telepathy\" is no value"));
  EXPECT_TRUE(problem(good + "channel = { value = \"{c}\", map = \"none\" }\n")
                  .starts_with("m.toml:15: command[1].body.channel.map: there is no [map.none]"));
  EXPECT_TRUE(problem(good + "channel = { value = \"{c}\", map = { a = \"b\" } }\n")
                  .starts_with("m.toml:15: command[1].body.channel: \"b\" is no value"));
  EXPECT_TRUE(problem(good + "whole_delegation = \"{c}\"\n").contains("is of type boolean"));
  EXPECT_TRUE(problem(good + "place = \"{c\"\n").contains("opens no {column}"));
  EXPECT_TRUE(problem(good + "petitioner = { person = \"{c}\" }\n").contains("not imported"));
  EXPECT_TRUE(problem(good + "[[command]]\ncommand = \"clsoe\"\nat = \"x\"\n")
                  .starts_with("m.toml:16: command[2].command: unknown command \"clsoe\""));
  EXPECT_TRUE(problem(good + "[[command]]\ncommand = \"reply\"\nat = \"x\"\n")
                  .starts_with("m.toml:15: command[2].body.class: is missing"));
  EXPECT_TRUE(problem(with("[[command]]\ncommand = \"close\"\nat = \"x\"\n"))
                  .contains("the first command of a mapping is collect"));
  EXPECT_TRUE(problem(std::string(collect)).contains("id: is missing"));
}

}  // namespace
}  // namespace huiyin::import
