// Overlays in a folder: what they change, and every mistake in one with its own place.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"
#include "engine/small_definition.hpp"

namespace huiyin::engine {
namespace {

using namespace std::chrono_literals;
using testing::edited;
using testing::small_definition;

class Overlays : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    write("small.toml", std::string(small_definition));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  // What the overlay's own lines, after its head of two, make of the small definition.
  std::string over(const std::string& text) {
    write("river/small.toml", "base = \"small@1\"\nversion = 1\n" + text);
    return load();
  }
  std::string load(std::string_view profile = {}) {
    auto loaded = load_definitions(folder_, HUIYIN_SOURCE_DIR "/config/calendars", profile);
    if (loaded) {
      definitions_ = *std::move(loaded);
      std::string ids;
      for (const auto& definition : definitions_.all())
        ids += (ids.empty() ? "" : " ") + definition->id();
      return ids;
    }
    std::string text;
    for (const DefinitionError& error : loaded.error()) {
      std::string line = to_text(error);
      for (auto at = line.find(folder_.string()); at != std::string::npos;
           at = line.find(folder_.string()))
        line.erase(at, std::min(folder_.string().size() + 1, line.size() - at));
      text += (text.empty() ? "" : "\n") + line;
    }
    return text;
  }
  const Definition& loaded(std::string_view id = "river/small@1") {
    const Definition* found = definitions_.find(id);
    EXPECT_NE(found, nullptr) << id;
    static const Definition none;
    return found != nullptr ? *found : none;
  }

  std::filesystem::path folder_ = std::filesystem::path(::testing::TempDir()) / "huiyin_overlays";
  Definitions definitions_;
};

TEST_F(Overlays, SayWhatDiffersAndLeaveTheRest) {
  EXPECT_EQ(over(R"(
[clock.reply]
after = { working_days = 20 }
roll = "next-working-day"
[policy]
withdrawal = "lead"
[behalf]
coordinator = ["organ"]
)"),
            "river/small@1 small@1");
  const Definition& own = loaded();
  EXPECT_EQ(own.find_clock("reply")->after, Duration(WorkingDays{20}));
  EXPECT_EQ(own.find_clock("reply")->roll, Roll::next_working_day);
  EXPECT_EQ(own.find_clock("reply")->holder, Holder::lane);
  EXPECT_EQ(own.policy.withdrawal, Withdrawal::lead);
  EXPECT_TRUE(own.may_enter_for(Role::officer, Role::deputy));
  EXPECT_TRUE(own.may_enter_for(Role::coordinator, Role::organ));
  EXPECT_EQ(own.transitions.size(), loaded("small@1").transitions.size());
  EXPECT_EQ(own.profile, "river");
  EXPECT_EQ(own.base, "small@1");
  EXPECT_EQ(own.process(), "small");
  EXPECT_EQ(loaded("small@1").find_clock("reply")->after, Duration(Months{3}));
}

TEST_F(Overlays, ChangeATransitionWithItsStages) {
  EXPECT_EQ(over(R"(
[[transition]]
command = "close"
from = ["replied", "handed-off"]
by = ["coordinator", "leader"]
)"),
            "river/small@1 small@1");
  const Transition* close = loaded().find(CommandType::close, "handed-off");
  ASSERT_NE(close, nullptr);
  EXPECT_TRUE(close->by.has(Role::leader));
  EXPECT_EQ(close->to, "closed");
  EXPECT_EQ(close->require, std::vector{Guard::feedback_given});
  EXPECT_EQ(loaded("small@1").find(CommandType::close, "handed-off"), nullptr);
}

TEST_F(Overlays, TellSeveralTransitionsOfOneCommandByTheirStages) {
  write("small.toml", std::string(small_definition) + R"(
[[transition]]
command = "feed-back"
from = ["handed-off", "replied"]
by = ["officer"]
[[transition]]
command = "feed-back"
from = ["collected"]
by = ["officer"]
)");
  EXPECT_EQ(over(R"(
[[transition]]
command = "feed-back"
from = ["replied", "handed-off"]
by = ["deputy"]
)"),
            "river/small@1 small@1");
  EXPECT_TRUE(loaded().find(CommandType::feed_back, "replied")->by.has(Role::deputy));
  EXPECT_FALSE(loaded().find(CommandType::feed_back, "collected")->by.has(Role::deputy));
  EXPECT_EQ(over("[[transition]]\ncommand = \"feed-back\"\nfrom = [\"replied\"]\nby = []\n"),
            "river/small.toml:3: transition: small@1 has several transitions of the command "
            "\"feed-back\" (lines 56, 60): name one of them by its from");
}

TEST_F(Overlays, MayAddAClock) {
  EXPECT_EQ(over(R"(
[[transition]]
command = "hand-off"
start = ["reply", "sign"]
[[transition]]
command = "reply"
stop = ["reply", "sign"]
[clock.sign]
holder = "lane"
after = { days = 2 }
)"),
            "river/small@1 small@1");
  EXPECT_EQ(loaded().find_clock("sign")->after, Duration(Days{2}));
}

TEST_F(Overlays, RefuseWhatIsAsInTheBase) {
  EXPECT_EQ(
      over("[clock.reply]\nafter = { months = 3 }\n"),
      "river/small.toml:4: clock.reply.after: is as in small@1 (small.toml:54): an overlay says "
      "only what differs");
  EXPECT_EQ(over("[[transition]]\ncommand = \"close\"\nby = [\"coordinator\"]\n"),
            "river/small.toml:5: transition.close.by: is as in small@1 (small.toml:39): an overlay "
            "says only what differs");
  EXPECT_EQ(over("valid_from = 2020-01-01\n"),
            "river/small.toml:3: valid_from: is as in small@1 (small.toml:3): an overlay says only "
            "what differs");
  EXPECT_EQ(over("[[transition]]\ncommand = \"close\"\n"),
            "river/small.toml:3: transition: changes nothing");
}

TEST_F(Overlays, RefuseToChangeWhatIsNotThere) {
  EXPECT_EQ(
      over("[clock.replly]\nafter = { months = 2 }\n"),
      "river/small.toml:3: clock.replly: small@1 has no such clock; did you mean \"reply\"?; a "
      "new one needs a holder");
  EXPECT_EQ(
      over("[[transition]]\ncommand = \"repply\"\nby = [\"organ\"]\n"),
      "river/small.toml:3: transition: small@1 has no transition of the command \"repply\"; did "
      "you mean \"reply\"?");
  EXPECT_EQ(over("[policy]\nwithdrawl = \"lead\"\n"),
            "river/small.toml:4: policy.withdrawl: unknown key; did you mean \"withdrawal\"?");
  EXPECT_EQ(over("[[transition]]\nby = [\"organ\"]\n"),
            "river/small.toml:3: transition: command is missing");
  EXPECT_EQ(over("[[transition]]\ncommand = \"close\"\nby = [\"organ\"]\n[[transition]]\n"
                 "command = \"close\"\nby = [\"leader\"]\n"),
            "river/small.toml:6: transition: is changed a second time here");
}

// What the whole check finds is at the overlay's line where the overlay said it, else at the
// base's.
TEST_F(Overlays, NameTheirOwnPlaceInMistakes) {
  EXPECT_EQ(over("\n[clock.reply]\nafter = { month = 3 }\n"),
            "river/small.toml:5: clock.reply.after: a length is needed here: months, days, "
            "working_days or every\n"
            "river/small.toml:5: clock.reply.after.month: unknown key; did you mean \"months\"?");
  EXPECT_EQ(over("\n[[transition]]\ncommand = \"reply\"\nby = [\"organ\", \"auditor\"]\n"),
            "river/small.toml:4: reply: auditor never gives commands");
  EXPECT_EQ(over("\n[[transition]]\ncommand = \"reply\"\nstop = []\n"),
            "small.toml:52: clock.reply: nothing stops this clock");
}

TEST_F(Overlays, HaveAHeadOfTheirOwn) {
  EXPECT_EQ(over("name = \"small\"\n"),
            "river/small.toml:3: name: an overlay takes its name from its folder and its base");
  write("river/small.toml", "base = \"small@1\"\n");
  EXPECT_EQ(load(), "river/small.toml:1: version: is missing: an overlay has versions of its own");
  write("river/small.toml", "base = \"smal@1\"\nversion = 1\n");
  EXPECT_EQ(load(),
            "river/small.toml:1: base: there is no sound definition smal@1; did you mean "
            "\"small@1\"?");
  write("river/small.toml", "base = \"small@1\"\nversion = 1\n");
  write("sea/small.toml", "base = \"river/small@1\"\nversion = 1\n");
  EXPECT_EQ(
      load(),
      "sea/small.toml:1: base: river/small@1 is itself an overlay: name the definition below it");
  std::filesystem::remove_all(folder_ / "sea");
  write("North Sea/small.toml", "base = \"small@1\"\nversion = 1\n");
  EXPECT_EQ(
      load(),
      "North Sea/small.toml:1: base: a profile's folder has small letters, digits and hyphens");
  std::filesystem::remove_all(folder_ / "North Sea");
  write("tiny.toml", "base = \"small@1\"\nversion = 1\n");
  EXPECT_EQ(load(), "tiny.toml:1: base: an overlay stands in the folder of its profile");
}

TEST_F(Overlays, HaveVersionsOfTheirOwn) {
  over("[clock.reply]\nafter = { months = 1 }\n");
  write("river/small-2.toml",
        "base = \"small@1\"\nversion = 2\nvalid_from = 2024-01-01\n"
        "[clock.reply]\nafter = { months = 2 }\n");
  EXPECT_EQ(load("river"), "river/small@1 river/small@2 small@1");
  const auto matter = events::Kind::matter;
  EXPECT_EQ(definitions_.in_force("", matter, 2023y / 5 / 5)->id(), "river/small@1");
  EXPECT_EQ(definitions_.in_force("", matter, 2024y / 5 / 5)->id(), "river/small@2");
  EXPECT_EQ(definitions_.in_force("small", matter, 2024y / 5 / 5)->id(), "small@1");
  EXPECT_EQ(definitions_.in_force("river/small", matter, 2023y / 5 / 5)->id(), "river/small@1");
}

TEST_F(Overlays, AreChosenByTheirProfile) {
  over("[clock.reply]\nafter = { months = 1 }\n");
  const auto chosen = [&](std::string_view profile) {
    load(profile);
    return definitions_.in_force("", events::Kind::matter, 2024y / 5 / 5)->id();
  };
  EXPECT_EQ(chosen(""), "small@1");
  EXPECT_EQ(chosen("river"), "river/small@1");
  EXPECT_TRUE(
      load("rivr").ends_with("profile: there is no profile \"rivr\" here; did you mean \"river\"?"))
      << load("rivr");
}

TEST_F(Overlays, AreNotReadAlone) {
  const auto alone = parse_definition("base = \"small@1\"\nversion = 1\n", "draft.toml", {});
  ASSERT_FALSE(alone.has_value());
  EXPECT_EQ(to_text(alone.error().front()),
            "draft.toml: base: an overlay is read in the folder of its profile, not alone");
}

TEST_F(Overlays, AllThatIsSaidIsListedForComparing) {
  over("[clock.reply]\nafter = { working_days = 20 }\n");
  const auto value = [](const Definition& definition, std::string_view key) {
    for (const Statement& statement : definition.statements)
      if (statement.key == key) return statement.value;
    return std::string("nothing");
  };
  EXPECT_EQ(value(loaded(), "clock.reply.after"), "{ working_days = 20 }");
  EXPECT_EQ(value(loaded("small@1"), "clock.reply.after"), "{ months = 3 }");
  EXPECT_EQ(value(loaded(), "transition.close.by"), "[\"coordinator\"]");
  EXPECT_EQ(value(loaded(), "class[1].code"), "\"A\"");
  EXPECT_EQ(value(loaded(), "valid_from"), "2020-01-01");
  EXPECT_EQ(value(loaded(), "name"), "nothing");
}

// A profile that nobody foresaw: the shipped folder and one file more.
TEST_F(Overlays, ANinthIsConfigurationAlone) {
  std::filesystem::remove_all(folder_);
  std::filesystem::copy(HUIYIN_SOURCE_DIR "/config/processes", folder_,
                        std::filesystem::copy_options::recursive);
  write("guizhou/suggestion.toml",
        "base = \"suggestion@1\"\nversion = 1\n"
        "# 贵州 2025: opinions by 31 May, replies by 30 June.\n"
        "[clock.opinion]\nafter = { every = \"05-31\" }\n"
        "[clock.reply]\nafter = { every = \"06-30\" }\n");
  ASSERT_NE(load("guizhou").find("guizhou/suggestion@1"), std::string::npos) << load("guizhou");
  const Definition* chosen = definitions_.in_force("", events::Kind::suggestion, 2025y / 2 / 10);
  ASSERT_NE(chosen, nullptr);
  EXPECT_EQ(chosen->id(), "guizhou/suggestion@1");
  EXPECT_EQ(after(chosen->calendar, 2025y / 2 / 10, *chosen->find_clock("reply")->after,
                  chosen->find_clock("reply")->roll)
                .date,
            Date{2025y / 6 / 30});
}

}  // namespace
}  // namespace huiyin::engine
