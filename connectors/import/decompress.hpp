// Streaming decompression. Concatenated members (as `cat a.gz b.gz` makes them) are read as one; a
// file that ends in the middle is an error, never a shorter file.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "import/byte_source.hpp"

namespace huiyin::import {

enum class Compression { none, xz, gzip, zstd };

// How many bytes from the front `compression_of` needs to decide.
inline constexpr std::size_t magic_bytes = 6;

Compression compression_of(std::string_view first_bytes);

// Memory that a decoder may use for its window: what `xz -9` needs is 65 MiB.
inline constexpr std::size_t decoder_memory_bytes = std::size_t{128} << 20;

// One library's decoder. `step` reads from the front of `in` and writes to the front of `out`,
// shortening both by what it used; it makes progress whenever it can. `at_boundary` says whether
// the input may end here. An error is a phrase such as "damaged data".
class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  virtual std::optional<std::string> step(std::string_view& in, bool in_ends,
                                          std::span<char>& out) = 0;
  virtual bool at_boundary() const = 0;
};

std::unique_ptr<Decoder> make_xz_decoder();
std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();

// `name` is for messages.
ByteSourcePointer decompress(ByteSourcePointer compressed, Compression compression,
                             std::string name);

}  // namespace huiyin::import
