#include "decode_text.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstdint>
#include <utility>

#include <iconv.h>

namespace huiyin::import {
namespace {

constexpr std::size_t input_buffer_bytes = std::size_t{64} << 10;
constexpr std::size_t widest_character_bytes = 4;
constexpr char undecodable = '\xFF';

class Decoded final : public ByteSource {
 public:
  Decoded(ByteSourcePointer bytes, iconv_t converter)
      : bytes_(std::move(bytes)), converter_(converter) {}
  Decoded(const Decoded&) = delete;
  Decoded& operator=(const Decoded&) = delete;
  ~Decoded() override { iconv_close(converter_); }

  std::expected<std::size_t, InputError> read(std::span<char> out) override {
    if (out.size() < widest_character_bytes) return read_by_pieces(out);
    std::span<char> rest = out;
    while (rest.size() == out.size()) {
      if (needs_more_) {
        if (auto filled = fill(); !filled) return std::unexpected(filled.error());
      }
      if (begin_ == end_) return 0;
      convert(rest);
    }
    return out.size() - rest.size();
  }

  InputProgress progress() const override { return bytes_->progress(); }

 private:
  // A caller with less room than one character gets it from a small buffer.
  std::expected<std::size_t, InputError> read_by_pieces(std::span<char> out) {
    if (out.empty()) return 0;
    if (piece_.empty()) {
      const auto count = read(piece_buffer_);
      if (!count) return count;
      piece_ = std::span(piece_buffer_).first(*count);
    }
    const std::size_t count = std::min(out.size(), piece_.size());
    std::copy_n(piece_.begin(), count, out.begin());
    piece_ = piece_.subspan(count);
    return count;
  }

  std::expected<void, InputError> fill() {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    const auto count = bytes_->read(std::span(buffer_).subspan(end_));
    if (!count) return std::unexpected(count.error());
    end_ += *count;
    ended_ = *count == 0;
    needs_more_ = false;
    return {};
  }

  void convert(std::span<char>& out) {
    char* in = buffer_.data() + begin_;
    std::size_t in_left = end_ - begin_;
    char* to = out.data();
    std::size_t out_left = out.size();
    errno = 0;
    const bool whole = iconv(converter_, &in, &in_left, &to, &out_left) != std::size_t(-1);
    const int reason = errno;
    begin_ = end_ - in_left;
    out = out.last(out_left);
    needs_more_ = whole || reason == EINVAL;
    const bool cut_character = !whole && reason == EINVAL && ended_;
    if (!whole && (reason == EILSEQ || cut_character) && !out.empty()) {
      out.front() = undecodable;
      out = out.subspan(1);
      ++begin_;
      needs_more_ = begin_ == end_;
    }
  }

  ByteSourcePointer bytes_;
  iconv_t converter_;
  std::array<char, input_buffer_bytes> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool needs_more_ = true;
  bool ended_ = false;
  std::array<char, widest_character_bytes> piece_buffer_{};
  std::span<char> piece_;
};

}  // namespace

std::expected<ByteSourcePointer, InputError> decode_gb18030(ByteSourcePointer bytes,
                                                            const std::string& name) {
  const iconv_t converter = iconv_open("UTF-8", "GB18030");
  if (std::bit_cast<std::intptr_t>(converter) == -1) {
    return std::unexpected(
        InputError{name + ": this system's C library has no GB18030 converter; convert to UTF-8"});
  }
  return std::make_unique<Decoded>(std::move(bytes), converter);
}

}  // namespace huiyin::import
