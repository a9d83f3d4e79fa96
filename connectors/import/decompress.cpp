#include "decompress.hpp"

#include <array>
#include <utility>

namespace huiyin::import {
namespace {

constexpr std::size_t input_buffer_bytes = std::size_t{128} << 10;

std::unique_ptr<Decoder> make_decoder(Compression compression) {
  switch (compression) {
    case Compression::xz:
      return make_xz_decoder();
    case Compression::gzip:
      return make_gzip_decoder();
    case Compression::zstd:
      return make_zstd_decoder();
    case Compression::none:
      break;
  }
  return nullptr;
}

class Decompressed final : public ByteSource {
 public:
  Decompressed(ByteSourcePointer compressed, std::unique_ptr<Decoder> decoder, std::string name)
      : compressed_(std::move(compressed)), decoder_(std::move(decoder)), name_(std::move(name)) {}

  std::expected<std::size_t, InputError> read(std::span<char> out) override {
    std::span<char> rest = out;
    while (rest.size() == out.size() && !out.empty()) {
      if (in_.empty() && !in_ends_) {
        const auto count = compressed_->read(buffer_);
        if (!count) return std::unexpected(count.error());
        in_ = std::string_view(buffer_.data(), *count);
        in_ends_ = *count == 0;
      }
      if (in_.empty() && in_ends_ && decoder_->at_boundary()) return 0;
      const std::size_t in_before = in_.size();
      if (auto problem = decoder_->step(in_, in_ends_, rest)) {
        return std::unexpected(InputError{name_ + ": cannot decompress: " + *problem});
      }
      if (in_ends_ && in_.size() == in_before && rest.size() == out.size() &&
          !decoder_->at_boundary()) {
        return std::unexpected(
            InputError{name_ + ": the compressed file ends in the middle; was it copied whole?"});
      }
    }
    return out.size() - rest.size();
  }

  InputProgress progress() const override { return compressed_->progress(); }

 private:
  ByteSourcePointer compressed_;
  std::unique_ptr<Decoder> decoder_;
  std::string name_;
  std::array<char, input_buffer_bytes> buffer_{};
  std::string_view in_;
  bool in_ends_ = false;
};

}  // namespace

Compression compression_of(std::string_view first_bytes) {
  using namespace std::string_view_literals;
  if (first_bytes.starts_with("\xFD"
                              "7zXZ\0"sv)) {
    return Compression::xz;
  }
  if (first_bytes.starts_with("\x1F\x8B"sv)) return Compression::gzip;
  if (first_bytes.starts_with("\x28\xB5\x2F\xFD"sv)) return Compression::zstd;
  return Compression::none;
}

ByteSourcePointer decompress(ByteSourcePointer compressed, Compression compression,
                             std::string name) {
  auto decoder = make_decoder(compression);
  if (!decoder) return compressed;
  return std::make_unique<Decompressed>(std::move(compressed), std::move(decoder), std::move(name));
}

}  // namespace huiyin::import
