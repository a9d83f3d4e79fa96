// The demo set: config/samples/*.toml, life stories of some sixty cases in which every path occurs,
// told in days before "now". They go through the real engine, as the people who act in them.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/registry_kind.hpp"
#include "engine/runtime.hpp"

namespace huiyin::generate {

// As in principals.toml: without tokens, which the demo makes.
struct SamplePrincipal {
  std::string id;
  std::string name;
  std::vector<engine::Role> roles;
  std::string organ;
  std::string station;
  std::string region;
  std::vector<std::string> congresses;

  bool operator==(const SamplePrincipal&) const = default;
};

struct Samples {
  std::vector<SamplePrincipal> principals;
  std::vector<engine::RegistryCommand> registry;  // registry.toml, in the order of the file
  std::vector<engine::Command> commands;          // in order of time
  std::size_t cases = 0;
};

// Reads every file of the folder. An error names file and line.
std::expected<Samples, std::string> read_samples(const std::filesystem::path& folder,
                                                 events::Instant now);

// Gives the registry's commands one after the other. What is refused is a sentence each.
std::expected<std::vector<std::string>, std::string> load_registry_samples(
    std::vector<engine::RegistryCommand> commands, engine::RegistryProcessor& processor,
    const projections::RegistryStore& store);

struct SamplesSummary {
  std::uint64_t commands = 0;        // accepted
  std::vector<std::string> refused;  // a sentence each; none, unless a calendar is missing
};

// Gives the commands one after the other, each after what the one before it asked of other cases.
// The runtime must not fire deadlines by the wall clock meanwhile: most of the stories lie in the
// past. An error: the log does not take commands.
std::expected<SamplesSummary, std::string> load_samples(Samples samples, engine::Runtime& runtime,
                                                        engine::IdSource& ids);

}  // namespace huiyin::generate
