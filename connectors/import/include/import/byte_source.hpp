// A stream of bytes that is read once, front to back. Implementations stand on one another: a file,
// then decompression, then decoding to UTF-8. Used by one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

namespace huiyin::import {

// Why input cannot be read on: a sentence that names the file. Nothing more comes from that source.
struct InputError {
  std::string message;

  bool operator==(const InputError&) const = default;
};

// How far into the file as it lies on disk (compressed bytes), for a progress bar.
struct InputProgress {
  std::uint64_t bytes_read = 0;
  std::uint64_t bytes_total = 0;  // 0: unknown (a pipe)

  bool operator==(const InputProgress&) const = default;
};

class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  // Fills a front part of `out`, at least one byte; 0 only at the end or when `out` is empty.
  virtual std::expected<std::size_t, InputError> read(std::span<char> out) = 0;

  virtual InputProgress progress() const = 0;
};

using ByteSourcePointer = std::unique_ptr<ByteSource>;

}  // namespace huiyin::import
