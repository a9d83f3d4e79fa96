// Every mistake is refused with its file, line and key.
#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"
#include "engine/small_definition.hpp"

namespace huiyin::engine {
namespace {

using testing::edited;
using testing::small_definition;

std::string refusal(std::string_view toml) {
  const auto definition = parse_definition(toml, "small.toml", {});
  if (definition) return "accepted";
  std::string text;
  for (const auto& error : definition.error()) {
    text += (text.empty() ? "" : "\n") + to_text(error);
  }
  return text;
}

struct Case {
  std::string_view from, to, refusal;
};

class RefusedDefinition : public ::testing::TestWithParam<Case> {};

TEST_P(RefusedDefinition, NamesFileLineAndReason) {
  const Case& c = GetParam();
  const std::string broken = edited(c.from, c.to);
  ASSERT_NE(broken, small_definition) << "the edit found nothing";
  EXPECT_EQ(refusal(broken), c.refusal);
}

INSTANTIATE_TEST_SUITE_P(
    Reader, RefusedDefinition,
    ::testing::Values(
        Case{"version = 1", "verson = 1",
             "small.toml:1: version: is missing\nsmall.toml:2: verson: unknown key; did you mean "
             "\"version\"?"},
        Case{"version = 1", "version = 0",
             "small.toml:2: version: a number from 1 to 1000000 is needed here"},
        Case{"valid_from = 2020-01-01", "valid_from = \"2020\"",
             "small.toml:3: valid_from: a date such as 2024-02-10 is needed here"},
        Case{"kinds = [\"matter\"]", "kinds = [\"mater\"]",
             "small.toml:4: kinds: unknown kind \"mater\"; did you mean \"matter\"?"},
        Case{"kinds = [\"matter\"]", "kinds = \"matter\"",
             "small.toml:4: kinds: a list of texts is needed here"},
        Case{"name = \"small\"", "name = \"Small One\"",
             "small.toml:1: name: a name has small letters, digits and hyphens"},
        Case{"ends = ", "zone = \"Asia/Atlantis\"\nends = ",
             "small.toml:5: zone: time zone \"Asia/Atlantis\" cannot be loaded: Asia/Atlantis not "
             "found in timezone database"},
        Case{"ends = ", "calendar = \"cm\"\nends = ",
             "small.toml:5: calendar: no such calendar: \"cm\""},
        Case{"ends = ", "default = 1\nends = ", "small.toml:5: default: neither true nor false"},
        Case{"meaning = \"solved\"", "meaning = \"sovled\"",
             "small.toml:10: class[0].meaning: unknown meaning \"sovled\"; did you mean "
             "\"solved\"?"},
        Case{"[behalf]", "[[class]]\ncode = \"A\"\nmeaning = \"solved\"\n[behalf]",
             "small.toml:13: class[1].code: \"A\" is given twice"},
        Case{"officer = [\"deputy\"]", "offcer = [\"deputy\"]",
             "small.toml:13: behalf.offcer: unknown role; did you mean \"officer\"?"},
        Case{"command = \"close\"", "command = \"clos\"",
             "small.toml:36: transition[3].command: unknown command \"clos\"; did you mean "
             "\"close\"?"},
        Case{"command = \"urge\"", "command = \"settle\"",
             "small.toml:48: transition[5].command: \"settle\" is the engine's own and open from "
             "every stage"},
        Case{"from = [\"replied\"]\n", "", "small.toml:35: transition[3].from: is missing"},
        Case{"by = [\"organ\"]", "by = [\"organs\"]",
             "small.toml:32: transition[2].by: unknown role \"organs\"; did you mean \"organ\"?"},
        Case{"by = [\"organ\"]", "by = [\"organ\", \"organ\"]",
             "small.toml:32: transition[2].by: \"organ\" is given twice"},
        Case{"require = [\"feedback-given\"]", "require = [\"feed-back-given\"]",
             "small.toml:40: transition[3].require: unknown guard \"feed-back-given\"; did you "
             "mean \"feedback-given\"?"},
        Case{"once = \"all-replied\"", "once = \"all-repied\"",
             "small.toml:31: transition[2].once: unknown guard \"all-repied\"; did you mean "
             "\"all-replied\"?"},
        Case{"holder = \"lane\"", "", "small.toml:52: clock.reply.holder: is missing"},
        Case{"holder = \"lane\"", "holder = \"case\"",
             "small.toml:52: clock.reply.role: is missing: who owes it?"},
        Case{"holder = \"lane\"", "holder = \"lane\"\nrole = \"organ\"",
             "small.toml:54: clock.reply.role: is for clocks with holder = \"case\""},
        Case{"after = { months = 3 }", "",
             "small.toml:52: clock.reply: a clock has exactly one of after, before, commitment = "
             "true, ladder = true"},
        Case{"after = { months = 3 }", "after = { months = 3 }\ncommitment = true",
             "small.toml:52: clock.reply: a clock has exactly one of after, before, commitment = "
             "true, ladder = true"},
        Case{"after = { months = 3 }", "after = { months = 3, days = 1 }",
             "small.toml:54: clock.reply.after.days: one length is enough: months is given too"},
        Case{"after = { months = 3 }", "after = { weeks = 3 }",
             "small.toml:54: clock.reply.after: a length is needed here: months, days, "
             "working_days or every\nsmall.toml:54: clock.reply.after.weeks: unknown key"},
        Case{"after = { months = 3 }", "after = { months = 5000 }",
             "small.toml:54: clock.reply.after.months: a duration lies between 0 and 1200 months "
             "or 36525 days"},
        Case{"after = { months = 3 }", "after = { every = \"02-31\" }",
             "small.toml:54: clock.reply.after.every: not a day of the year as MM-DD"},
        Case{"after = { months = 3 }", "after = { months = 3 }\nroll = \"next\"",
             "small.toml:55: clock.reply.roll: unknown roll \"next\""},
        Case{"after = { months = 3 }", "after = { months = 3 }\ndefault_after = { days = 1 }",
             "small.toml:55: clock.reply.default_after: is for commitment clocks"},
        Case{"after = { months = 3 }", "after = { months = 3 }\nextend = { to = { months = 6 } }",
             "small.toml:55: clock.reply.extend: no transition decides on extensions "
             "(decide-extension)"},
        Case{"after = { months = 3 }", "after = { months = 3 }\nwarn = [{ colour = \"yelow\" }]",
             "small.toml:55: clock.reply.warn[0].before: is missing\nsmall.toml:55: "
             "clock.reply.warn[0].colour: unknown colour \"yelow\"; did you mean \"yellow\"?"},
        Case{"after = { months = 3 }",
             "after = { months = 3 }\nescalate = [{ after = { days = 0 }, to = \"boss\" }]",
             "small.toml:55: clock.reply.escalate[0].to: unknown role \"boss\""},
        Case{"after = { months = 3 }",
             "after = { months = 3 }\nlapses = true\nwarn = [{ before = { days = 1 } }]",
             "small.toml:55: clock.reply.lapses: what lapses neither warns nor escalates"},
        Case{"[behalf]", "[policy]\nraters = \"some\"\n[behalf]",
             "small.toml:13: policy.raters: unknown rule of who rates \"some\""},
        Case{"[behalf]", "[[policy.ladder]]\nform = \"face\"\n[behalf]",
             "small.toml:12: policy.ladder[0].within: is missing\nsmall.toml:13: "
             "policy.ladder[0].form: unknown form \"face\""}));

INSTANTIATE_TEST_SUITE_P(
    Check, RefusedDefinition,
    ::testing::Values(
        Case{"command = \"collect\"\nto = \"collected\"", "command = \"collect\"",
             "small.toml:15: collect: collect needs to, without once\nsmall.toml:19: stage "
             "collected: no way leads to it"},
        Case{"command = \"collect\"", "command = \"collect\"\nfrom = [\"replied\"]",
             "small.toml:15: collect: collect begins a case: leave out from\nsmall.toml:15: stage "
             "collected: no way leads to it\nsmall.toml:15: stage replied: no way leads to "
             "it\nsmall.toml:21: stage handed-off: no way leads to it\nsmall.toml:36: stage "
             "closed: no way leads to it"},
        Case{"from = [\"collected\"]", "from = [\"\", \"collected\"]",
             "small.toml:20: hand-off: only collect begins a case: from names no stage"},
        Case{"by = [\"officer\"]", "by = []",
             "small.toml:15: collect: nobody may give it: by is empty"},
        Case{"by = [\"admin\"]", "by = [\"auditor\"]",
             "small.toml:42: annotate: auditor never gives commands"},
        Case{"once = \"all-replied\"", "once = \"all-rated\"",
             "small.toml:27: reply: guard \"all-rated\" can never hold: no transition gives rate"},
        Case{"require = [\"feedback-given\"]", "require = [\"sent-back\", \"not-sent-back\"]",
             "small.toml:35: close: guard \"sent-back\" can never hold: no transition gives "
             "review\nsmall.toml:35: close: guards \"sent-back\" and \"not-sent-back\" never hold "
             "together"},
        Case{"to = \"replied\"\n", "",
             "small.toml:20: stage handed-off: a dead end: no way leads from it to an "
             "end\nsmall.toml:27: reply: once without to decides nothing\nsmall.toml:34: stage "
             "replied: no way leads to it"},
        Case{"ends = [\"closed\"]", "ends = [\"closed\", \"archived\"]",
             "small.toml:1: stage archived: no way leads to it"},
        Case{"ends = [\"closed\"]", "ends = []",
             "small.toml:5: ends: at least one stage is an end"},
        Case{"from = [\"replied\"]", "from = [\"repliied\"]",
             "small.toml:27: stage replied: a dead end: no way leads from it to an "
             "end\nsmall.toml:35: stage repliied: no way leads to it"},
        Case{"from = [\"replied\"]", "from = [\"handed-off\"]",
             "small.toml:27: stage replied: a dead end: no way leads from it to an end"},
        Case{"command = \"annotate\"\nfrom = [\"*\"]\n",
             "command = \"annotate\"\nfrom = [\"closed\"]\nto = \"collected\"\n",
             "small.toml:42: annotate: leads from the end \"closed\" back to \"collected\": only "
             "reopen does that"},
        Case{"command = \"urge\"", "command = \"annotate\"",
             "small.toml:47: annotate: a second transition from stage \"collected\", the first is "
             "in line 42"},
        Case{"command = \"urge\"", "command = \"order-rehandling\"",
             "small.toml:47: order-rehandling: nobody can be dissatisfied: no transition gives "
             "rate\nsmall.toml:47: order-rehandling: there is no rung to handle it again on: "
             "policy.ladder"},
        Case{"command = \"urge\"", "command = \"take-back\"",
             "small.toml:47: take-back: nothing is passed on: no transition gives pass-on"},
        Case{"command = \"hand-off\"", "command = \"accept\"",
             "small.toml:20: accept: starts the clock \"reply\", which is a lane's, but concerns "
             "no lane\nsmall.toml:27: reply: nothing is handed off: no transition gives hand-off"},
        Case{"kinds = [\"matter\"]", "kinds = []",
             "small.toml:4: kinds: at least one kind is needed"},
        Case{"command = \"urge\"", "command = \"unmerge\"",
             "small.toml:47: unmerge: nothing is merged: no transition gives merge"},
        Case{"command = \"urge\"", "command = \"merge\"",
             "small.toml:47: merge: needs a stage to wait in: to"},
        Case{"command = \"urge\"", "command = \"reject\"",
             "small.toml:47: reject: there is no code to reject with: codes.reject"},
        Case{"command = \"urge\"", "command = \"decide-extension\"",
             "small.toml:47: decide-extension: no clock has extend\nsmall.toml:47: "
             "decide-extension: nobody asks for it: no transition gives request-extension"},
        Case{"scheme = \"two\"", "",
             "small.toml:27: reply: there is no scheme of classes: give scheme"},
        Case{"meaning = \"solved\"", "meaning = \"planned\"",
             "small.toml:8: class: a class promises something, but no clock has commitment = true"},
        Case{"ends = ", "records-other-systems = true\nends = ",
             "small.toml:16: collect: with records-other-systems only importers write: by = "
             "[\"importer\"]\nsmall.toml:21: hand-off: with records-other-systems only importers "
             "write: by = [\"importer\"]\nsmall.toml:28: reply: with records-other-systems only "
             "importers write: by = [\"importer\"]\nsmall.toml:36: close: with "
             "records-other-systems only importers write: by = [\"importer\"]\nsmall.toml:43: "
             "annotate: with records-other-systems only importers write: by = "
             "[\"importer\"]\nsmall.toml:48: urge: with records-other-systems only importers "
             "write: by = [\"importer\"]"},
        Case{"[behalf]", "[policy]\ngates = [\"one\"]\n[behalf]",
             "small.toml:12: policy: there are gates, but no transition gives review"},
        Case{"officer = [\"deputy\"]", "officer = [\"officer\"]",
             "small.toml:12: behalf: nobody acts on behalf of their own role"},
        Case{"start = [\"reply\"]", "start = [\"replly\", \"reply\"]",
             "small.toml:20: hand-off: start names an unknown clock \"replly\""},
        Case{"start = [\"reply\"]\n", "", "small.toml:51: clock.reply: nothing starts this clock"},
        Case{"stop = [\"reply\"]\n", "", "small.toml:51: clock.reply: nothing stops this clock"},
        Case{"stop = [\"reply\"]", "stop = [\"reply\"]\npause = [\"reply\"]",
             "small.toml:53: clock.reply: it is paused, but nothing resumes it"},
        Case{"to = \"collected\"", "to = \"collected\"\nstart = [\"reply\"]",
             "small.toml:15: collect: starts the clock \"reply\", which is a lane's, but concerns "
             "no lane"},
        Case{"holder = \"lane\"", "holder = \"rater\"",
             "small.toml:20: hand-off: starts the clock \"reply\", which is a rater's: only reply, "
             "revisit and reopen do"},
        Case{"after = { months = 3 }", "ladder = true",
             "small.toml:20: hand-off: starts the clock \"reply\", the ladder's: only "
             "order-rehandling and reassign do\nsmall.toml:52: clock.reply: ladder = true needs "
             "holder = \"lane\" and a policy.ladder"},
        Case{"after = { months = 3 }", "commitment = true",
             "small.toml:20: hand-off: starts the clock \"reply\", a commitment: only reply, "
             "revisit and reopen make one"},
        Case{"after = { months = 3 }", "before = { clock = \"other\", days = 3 }",
             "small.toml:52: clock.reply: before names an unknown clock \"other\""},
        Case{"after = { months = 3 }", "before = { clock = \"reply\", days = 3 }",
             "small.toml:52: clock.reply: before names \"reply\", which itself depends on another "
             "clock"},
        Case{"[clock.reply]\n",
             "[clock.early]\nholder = \"lane\"\nbefore = { clock = \"reply\", days = 3 }\n"
             "[clock.reply]\nlanes = [\"lead\"]\n",
             "small.toml:52: clock.early: before names \"reply\", which does not run for every "
             "holder of this clock\n"
             "small.toml:52: clock.early: nothing starts this clock\n"
             "small.toml:52: clock.early: nothing stops this clock"}));

TEST(RefusedDefinitions, NamesEveryMistakeOfAFileInItsOrder) {
  EXPECT_EQ(refusal(edited("by = [\"organ\"]", "bye = [\"organ\"]",
                           edited("version = 1", "version = \"1\""))),
            "small.toml:2: version: a number from 1 to 1000000 is needed here\n"
            "small.toml:32: transition[2].bye: unknown key; did you mean \"by\"?");
}

}  // namespace
}  // namespace huiyin::engine
