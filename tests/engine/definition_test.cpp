#include "engine/definition.hpp"

#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"

using namespace huiyin::engine;

TEST(Definition, ShippedOnesLoad) {
  const auto loaded = load_definitions(HUIYIN_SOURCE_DIR "/config/processes",
                                       HUIYIN_SOURCE_DIR "/config/calendars");
  if (!loaded) {
    for (const auto& error : loaded.error()) ADD_FAILURE() << to_text(error);
    return;
  }
  EXPECT_EQ(loaded->all().size(), 4U);
}
