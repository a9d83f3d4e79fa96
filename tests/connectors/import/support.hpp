// Input for the tests: bytes from memory, handed out in pieces of a chosen size.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "import/byte_source.hpp"

namespace huiyin::import {

class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string text, std::size_t piece_bytes = 1 << 20)
      : text_(std::move(text)), piece_bytes_(piece_bytes) {}

  std::expected<std::size_t, InputError> read(std::span<char> out) override {
    if (fail_at_ && given_ >= *fail_at_) return std::unexpected(InputError{"the disk is gone"});
    const std::size_t count = std::min({out.size(), piece_bytes_, text_.size() - given_});
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(given_), count, out.begin());
    given_ += count;
    return count;
  }
  InputProgress progress() const override { return {given_, text_.size()}; }
  void fail_at(std::size_t offset) { fail_at_ = offset; }

 private:
  std::string text_;
  std::size_t piece_bytes_;
  std::size_t given_ = 0;
  std::optional<std::size_t> fail_at_;
};

}  // namespace huiyin::import
