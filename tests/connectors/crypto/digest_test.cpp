#include "crypto/digest.hpp"

#include <set>

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/random.hpp"

namespace huiyin::crypto {
namespace {

TEST(Digest, IsSha256) {
  // FIPS 180-4, appendix B.1; and of nothing.
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, OfTextsKeepsTheirBorders) {
  const std::string_view left[] = {"ab", "c"};
  const std::string_view right[] = {"a", "bc"};
  EXPECT_NE(sha256(left), sha256(right));
  EXPECT_EQ(sha256(left), sha256(left));
}

TEST(Hex, ReadsWhatItWrites) {
  EXPECT_EQ(from_hex("00ffA1"), (std::string{'\0', '\xff', '\xa1'}));
  EXPECT_EQ(from_hex("abc"), std::nullopt);
  EXPECT_EQ(from_hex("0g"), std::nullopt);
}

TEST(Base64, ReadsWhatItWritesAndNothingElse) {
  // RFC 4648 section 10.
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  for (std::size_t length = 0; length < 70; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes += static_cast<char>(i * 37);
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  }
  for (const char* text : {"Zg=", "Zg", "Zh==", "Z===", "====", " Zg==", "Zg==\n", "Zm9v!mFy"}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(ConstantTime, ComparesLikeEquality) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "ab"));
}

TEST(Random, DoesNotRepeat) {
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 100; ++i) {
    std::array<std::uint8_t, 16> bytes{};
    fill_random(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

}  // namespace
}  // namespace huiyin::crypto
