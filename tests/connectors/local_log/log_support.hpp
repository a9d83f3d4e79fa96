// Logs in directories of their own, for the tests of this folder.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "conformance/log_conformance.hpp"
#include "local_log/local_log.hpp"

namespace huiyin::local_log {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "huiyin-log-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline std::unique_ptr<LocalLog> open_or_fail(const fs::path& directory, OpenMode mode,
                                              const OpenOptions& options = {}) {
  auto log = LocalLog::open(directory, mode, options);
  EXPECT_TRUE(log.has_value()) << log.error().detail;
  return log ? std::move(*log) : nullptr;
}

inline void append_or_fail(LocalLog& log, const std::vector<events::LogRecord>& batch) {
  const auto done = log.append(batch);
  ASSERT_TRUE(done.has_value()) << done.error().detail;
}

// What a kill -9 at this moment would leave: a copy of the files while the log is open.
inline void copy_log(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
  fs::remove(to / "LOCK");
}

inline std::vector<fs::path> files_with(const fs::path& directory, const std::string& extension) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == extension) found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

inline void flip_byte(const fs::path& file, std::uint64_t offset) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const char byte = static_cast<char>(stream.get() ^ 0x55);
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(byte);
  ASSERT_TRUE(stream.flush().good());
}

}  // namespace huiyin::local_log
