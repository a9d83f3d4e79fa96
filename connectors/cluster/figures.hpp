// Adding up what several runtimes have counted.
#pragma once

#include "engine/runtime_metrics.hpp"

namespace huiyin::cluster {

// What only grows: also of runtimes that have ended.
void add_counters(engine::RuntimeSnapshot& to, const engine::RuntimeSnapshot& from);
// What is so at the moment: only of runtimes that are at work.
void add_gauges(engine::RuntimeSnapshot& to, const engine::RuntimeSnapshot& from);

}  // namespace huiyin::cluster
