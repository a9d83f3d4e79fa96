// The registry's views made anew from its log, for rebuild and restore.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "outcome.hpp"

namespace huiyin::cli {

struct RegistryRebuild {
  std::uint64_t events = 0;
  std::string old;  // what the views were worth before: equal, different, behind, unreadable
};

// Nothing where a data folder has no registry. Nobody may have it open.
Result<std::optional<RegistryRebuild>> rebuild_registry(const std::filesystem::path& data);

}  // namespace huiyin::cli
