// A sorted run in an unnamed file, read front to back once.
// Format: records of {u32 key bytes, u32 payload bytes, key, payload} in this machine's byte order,
// since it never outlives the process.
#pragma once

#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "import/external_sort.hpp"

namespace huiyin::import {

struct RecordHeader {
  std::uint32_t key_bytes = 0;
  std::uint32_t payload_bytes = 0;
};

// Eight bytes of a key that compare like the key itself; shorter keys are padded with zeros, so
// that equal prefixes say nothing.
std::uint64_t key_prefix(std::string_view key);

class RunFile {
 public:
  static std::expected<RunFile, SortError> create(const std::filesystem::path& directory);
  RunFile(RunFile&& other) noexcept;
  RunFile& operator=(RunFile&& other) noexcept;
  ~RunFile();

  std::expected<void, SortError> write(const char* bytes, std::size_t count);
  std::expected<std::size_t, SortError> read(char* bytes, std::size_t count);  // 0: the end
  std::expected<void, SortError> rewind();
  std::uint64_t bytes() const { return bytes_; }

 private:
  RunFile(int descriptor, std::filesystem::path directory)
      : descriptor_(descriptor), directory_(std::move(directory)) {}

  int descriptor_;
  std::filesystem::path directory_;
  std::uint64_t bytes_ = 0;
};

class RunWriter {
 public:
  RunWriter(RunFile file, std::size_t buffer_bytes);
  std::expected<void, SortError> append(SortedRecord record);
  std::expected<RunFile, SortError> finish();  // rewound, ready to be read

 private:
  RunFile file_;
  std::size_t buffer_bytes_;
  std::vector<char> buffer_;
};

class RunReader {
 public:
  RunReader(RunFile file, std::size_t buffer_bytes);

  // False at the end. The record is valid until the next call.
  std::expected<bool, SortError> advance();
  const SortedRecord& record() const { return record_; }
  std::uint64_t prefix() const { return prefix_; }

 private:
  std::expected<bool, SortError> want(std::size_t count);

  RunFile file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  SortedRecord record_;
  std::uint64_t prefix_ = 0;
};

}  // namespace huiyin::import
