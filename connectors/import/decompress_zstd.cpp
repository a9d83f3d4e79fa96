#include <zstd.h>

#include "decompress.hpp"

namespace huiyin::import {
namespace {

constexpr int window_log_max = 27;  // 2^27 = decoder_memory_bytes, zstd's own default bound
static_assert(decoder_memory_bytes == std::size_t{1} << window_log_max);

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

class ZstdDecoder final : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {
    if (context_) ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log_max);
  }

  std::optional<std::string> step(std::string_view& in, bool /*in_ends*/,
                                  std::span<char>& out) override {
    if (!context_) return "out of memory";
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const std::size_t hint = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(hint) != 0U) return std::string("zstd says: ") + ZSTD_getErrorName(hint);
    in.remove_prefix(input.pos);
    out = out.subspan(output.pos);
    frame_ended_ = hint == 0 || (frame_ended_ && input.pos == 0 && output.pos == 0);
    return {};
  }

  bool at_boundary() const override { return frame_ended_; }

 private:
  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  bool frame_ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace huiyin::import
