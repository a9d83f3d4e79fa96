// The engine at work on a log in memory and views in a directory of the test's own, with the
// shipped definitions and a clock that stands.
#pragma once

#include <gtest/gtest.h>

#include "engine/definition_toml.hpp"
#include "engine/runtime.hpp"
#include "support/fixed_ids.hpp"
#include "support/memory_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::test {

inline const engine::Definitions& shipped_definitions() {
  static const engine::Definitions definitions = [] {
    const std::filesystem::path config = std::filesystem::path(HUIYIN_SOURCE_DIR) / "config";
    auto loaded = engine::load_definitions(config / "processes", config / "calendars");
    if (!loaded) ADD_FAILURE() << to_text(loaded.error().front());
    return loaded ? *std::move(loaded) : engine::Definitions{};
  }();
  return definitions;
}

class EngineOnDisk {
 public:
  explicit EngineOnDisk(events::Instant now) : ids(now), log(4) { start(); }

  // Ends the runtime and begins a new one on the same log and views.
  void start() {
    runtime.reset();
    views.reset();
    views = projections::ViewStore::open(directory.path() / "views", log.partitions()).value();
    engine::RuntimeOptions options;
    options.processor.source = "/huiyin/test";
    options.settlement_file = directory.path() / "settled";
    options.wall_clock = false;
    runtime = engine::Runtime::start(log, *views, shipped_definitions(), ids, options).value();
  }

  std::uint64_t events() const {
    std::uint64_t sum = 0;
    for (events::Partition p = 0; p < log.partitions(); ++p) sum += log.end(p);
    return sum;
  }
  std::shared_ptr<const projections::CaseState> state(std::string_view id) {
    runtime->processor().wait_for_views(std::chrono::steady_clock::now() +
                                        std::chrono::seconds(10));
    return views->load_state(id).value();
  }

  TempDir directory;
  FixedIds ids;
  MemoryLog log;
  std::unique_ptr<projections::ViewStore> views;
  std::unique_ptr<engine::Runtime> runtime;
};

}  // namespace huiyin::test
