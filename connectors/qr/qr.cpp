#include "qr/qr.hpp"

#include <memory>
#include <vector>

#include <png.h>
#include <qrencode.h>

namespace huiyin::qr {
namespace {

constexpr int quiet = 4;   // modules of white around it, as ISO/IEC 18004 asks
constexpr int pixels = 8;  // of a PNG, per module

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, FreeCode>;

bool is_black(const QRcode& code, int x, int y) {
  return (code.data[y * code.width + x] & 1U) != 0;
}

std::string svg(const QRcode& code) {
  const std::string side = std::to_string(code.width + 2 * quiet);
  std::string out = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + side + " " + side +
                    R"(" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h)" + side + "v" +
                    side + "H0z\"/><path d=\"";
  for (int y = 0; y < code.width; ++y) {
    for (int x = 0; x < code.width; ++x) {
      if (!is_black(code, x, y)) continue;
      const int begin = x;
      while (x + 1 < code.width && is_black(code, x + 1, y)) ++x;
      const std::string length = std::to_string(x + 1 - begin);
      out += "M" + std::to_string(begin + quiet) + " " + std::to_string(y + quiet) + "h" + length +
             "v1h-" + length + "z";
    }
  }
  return out + "\"/></svg>\n";
}

// One byte a pixel: small enough compressed, and nothing to pack.
std::expected<std::string, std::string> png(const QRcode& code) {
  const auto side = static_cast<std::size_t>(code.width + 2 * quiet) * pixels;
  std::vector<png_byte> grey(side * side, 0xFF);
  for (std::size_t y = 0; y < side; ++y) {
    for (std::size_t x = 0; x < side; ++x) {
      const int column = static_cast<int>(x) / pixels - quiet;
      const int row = static_cast<int>(y) / pixels - quiet;
      const bool inside = column >= 0 && row >= 0 && column < code.width && row < code.width;
      if (inside && is_black(code, column, row)) grey[y * side + x] = 0;
    }
  }
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(side);
  image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  std::string out(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t bytes = out.size();
  if (png_image_write_to_memory(&image, out.data(), &bytes, 0, grey.data(), 0, nullptr) == 0)
    return std::unexpected(std::string("the picture cannot be made: ") + image.message);
  out.resize(bytes);
  return out;
}

}  // namespace

std::string_view media_type(Format format) {
  return format == Format::svg ? "image/svg+xml" : "image/png";
}

std::expected<std::string, std::string> draw(std::string_view text, Format format) {
  const std::string terminated(text);
  const Code code(QRcode_encodeString8bit(terminated.c_str(), 0, QR_ECLEVEL_M));
  if (code == nullptr)
    return std::unexpected("a text of " + std::to_string(text.size()) + " bytes makes no QR code");
  if (format == Format::png) return png(*code);
  return svg(*code);
}

}  // namespace huiyin::qr
