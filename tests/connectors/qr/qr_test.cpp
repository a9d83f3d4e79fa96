// That codes can be read is tried from outside, by another's decoder (tests/acceptance/qr_test.py).
#include "qr/qr.hpp"

#include <gtest/gtest.h>

namespace huiyin::qr {
namespace {

TEST(Qr, DrawsBothFormats) {
  const std::string link = "https://example.org/intake?station=station-1&via=qr";
  const auto svg = draw(link, Format::svg);
  ASSERT_TRUE(svg);
  EXPECT_TRUE(svg->starts_with("<svg ") && svg->ends_with("</svg>\n"));
  const auto png = draw(link, Format::png);
  ASSERT_TRUE(png);
  EXPECT_TRUE(png->starts_with("\x89PNG\r\n"));
  EXPECT_EQ(draw(link, Format::png), png);  // the same link, the same bytes
}

TEST(Qr, RefusesWhatMakesNoCode) {
  EXPECT_FALSE(draw("", Format::svg));
  EXPECT_FALSE(draw(std::string(5'000, 'x'), Format::png));
  EXPECT_TRUE(draw(std::string(2'000, 'x'), Format::png));
}

}  // namespace
}  // namespace huiyin::qr
