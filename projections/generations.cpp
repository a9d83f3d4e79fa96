#include <algorithm>
#include <charconv>
#include <fstream>

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include "projections/view_store.hpp"

namespace huiyin::projections {
namespace {

namespace fs = std::filesystem;

constexpr const char* pointer_name = "CURRENT";

// Generations are numbers; whatever else lies here is not ours.
std::optional<unsigned> generation_number(std::string_view name) {
  unsigned number = 0;
  const char* const begin = name.data();
  const char* const end = begin + name.size();
  const auto result = std::from_chars(begin, end, number);
  if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
  return number;
}

std::vector<unsigned> generations(const fs::path& path) {
  std::vector<unsigned> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const auto number = generation_number(entry.path().filename().string());
    if (number && entry.is_directory(error)) out.push_back(*number);
  }
  return out;
}

bool sync_path(const fs::path& path, int flags) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

}  // namespace

std::optional<std::string> current_generation(const fs::path& path) {
  std::ifstream file(path / pointer_name);
  std::string name;
  if (!std::getline(file, name) || !generation_number(name)) return std::nullopt;
  return name;
}

std::string next_generation(const fs::path& path) {
  const auto known = generations(path);
  const unsigned newest = known.empty() ? 0 : std::ranges::max(known);
  return std::to_string(newest + 1);
}

std::expected<void, StoreError> switch_generation(const fs::path& path,
                                                  std::string_view generation) {
  const fs::path fresh = path / "CURRENT.new";
  {
    std::ofstream file(fresh, std::ios::trunc);
    file << generation << '\n';
    file.flush();
    if (!file) {
      return std::unexpected(
          StoreError{StoreErrorCode::unavailable, "cannot write " + fresh.string()});
    }
  }
  std::error_code error;
  const bool written = sync_path(fresh, O_RDONLY);
  if (written) fs::rename(fresh, path / pointer_name, error);
  if (!written || error || !sync_path(path, O_RDONLY | O_DIRECTORY)) {
    return std::unexpected(
        StoreError{StoreErrorCode::unavailable, "cannot switch " + (path / pointer_name).string()});
  }
  return {};
}

void remove_old_generations(const fs::path& path) {
  const auto current = current_generation(path);
  if (!current) return;
  for (const unsigned number : generations(path)) {
    const std::string name = std::to_string(number);
    if (name == *current) continue;
    // Refused while another process has it open.
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    if (!rocksdb::DestroyDB((path / name).string(), rocksdb::Options(), families).ok()) continue;
    std::error_code ignored;
    fs::remove_all(path / name, ignored);
  }
}

}  // namespace huiyin::projections
