#include <lzma.h>

#include "decompress.hpp"

namespace huiyin::import {
namespace {

class XzDecoder final : public Decoder {
 public:
  XzDecoder() : opened_(lzma_stream_decoder(&stream_, decoder_memory_bytes, LZMA_CONCATENATED)) {}
  XzDecoder(const XzDecoder&) = delete;
  XzDecoder& operator=(const XzDecoder&) = delete;
  ~XzDecoder() override { lzma_end(&stream_); }

  std::optional<std::string> step(std::string_view& in, bool in_ends,
                                  std::span<char>& out) override {
    if (opened_ != LZMA_OK) return "out of memory";
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream_.avail_out = out.size();
    const lzma_ret result = lzma_code(&stream_, in_ends ? LZMA_FINISH : LZMA_RUN);
    in.remove_prefix(in.size() - stream_.avail_in);
    out = out.subspan(out.size() - stream_.avail_out);
    if (result == LZMA_STREAM_END) ended_ = true;
    if (result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR) return {};
    if (result == LZMA_MEMLIMIT_ERROR) return "its dictionary needs more than 128 MiB";
    return result == LZMA_MEM_ERROR ? "out of memory" : "damaged xz data";
  }

  // With LZMA_CONCATENATED only the library knows, and says so once the input has ended.
  bool at_boundary() const override { return ended_; }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret opened_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder() { return std::make_unique<XzDecoder>(); }

}  // namespace huiyin::import
