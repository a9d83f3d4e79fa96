#include "node/working_days.hpp"

#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"

namespace huiyin::node {
namespace {

using namespace std::chrono_literals;

// Spring Festival 2024: due on 9 February, asked on the 19th. Only the 18th and 19th were worked.
TEST(WorkingDays, AreCountedByTheProfilesOwnCalendar) {
  const std::string folder = HUIYIN_SOURCE_DIR "/config/";
  const auto shipped = engine::load_definitions(folder + "processes", folder + "calendars");
  ASSERT_TRUE(shipped.has_value());
  const engine::Definition& suggestion = *shipped->find("suggestion@1");
  auto own = std::make_shared<engine::Definition>(suggestion);
  own->name = "aba/suggestion";
  own->profile = "aba";
  own->calendar = engine::Calendar::monday_to_friday();
  const auto over = [&](const std::string& profile) {
    const engine::Definitions all({own, std::make_shared<engine::Definition>(suggestion)}, profile);
    const engine::Zone& zone = suggestion.zone;
    return days_over_at(all, zone.end_of_day(2024y / 2 / 19))(zone.end_of_day(2024y / 2 / 9))
        .working_days;
  };
  EXPECT_EQ(over(""), 2);
  EXPECT_EQ(over("zhejiang"), 2);
  EXPECT_EQ(over("aba"), 6);
}

}  // namespace
}  // namespace huiyin::node
