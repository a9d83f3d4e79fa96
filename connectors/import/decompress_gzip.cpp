#include <zlib.h>

#include "decompress.hpp"

namespace huiyin::import {
namespace {

constexpr int gzip_window_bits = 15 + 16;  // zlib's way to ask for the gzip header and checksum

class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() : opened_(inflateInit2(&stream_, gzip_window_bits)) {}
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;
  ~GzipDecoder() override { inflateEnd(&stream_); }

  std::optional<std::string> step(std::string_view& in, bool /*in_ends*/,
                                  std::span<char>& out) override {
    if (opened_ != Z_OK) return "out of memory";
    if (member_ended_) {
      if (in.empty()) return {};
      inflateReset(&stream_);
      member_ended_ = false;
    }
    // zlib never writes to its input, it only lacks the const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = static_cast<uInt>(in.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    in.remove_prefix(in.size() - stream_.avail_in);
    out = out.subspan(out.size() - stream_.avail_out);
    if (result == Z_STREAM_END) member_ended_ = true;
    if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return {};
    return result == Z_MEM_ERROR ? "out of memory" : "damaged gzip data";
  }

  bool at_boundary() const override { return member_ended_; }

 private:
  z_stream stream_{};
  int opened_;
  bool member_ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace huiyin::import
