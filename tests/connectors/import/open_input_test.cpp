#include "import/open_input.hpp"

#include <filesystem>
#include <fstream>
#include <functional>

#include <gtest/gtest.h>
#include <iconv.h>
#include <lzma.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

namespace huiyin::import {
namespace {

// More than any buffer between file and reader, and not all alike.
std::string long_text() {
  std::string text;
  for (int i = 0; i < 60000; ++i) text += "第" + std::to_string(i * 7919) + "号排水管\n";
  return text;
}

std::string xz(const std::string& text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t length = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(
                1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &length, out.size()),
            LZMA_OK);
  return out.substr(0, length);
}

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = text;
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string gb18030(const std::string& text) {
  const iconv_t converter = iconv_open("GB18030", "UTF-8");
  std::string in = text;
  std::string out(text.size() * 2 + 16, '\0');
  char* from = in.data();
  char* to = out.data();
  std::size_t in_left = in.size();
  std::size_t out_left = out.size();
  EXPECT_EQ(iconv(converter, &from, &in_left, &to, &out_left), 0U);
  iconv_close(converter);
  return out.substr(0, out.size() - out_left);
}

class OpenInput : public testing::Test {
 protected:
  void SetUp() override {
    path_ = std::filesystem::temp_directory_path() /
            ("huiyin-open-input-" + std::to_string(::getpid()));
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::expected<std::string, InputError> read(const std::string& bytes,
                                              Encoding encoding = Encoding::utf_8,
                                              std::size_t piece_bytes = 70000) {
    std::ofstream(path_, std::ios::binary) << bytes;
    auto source = open_input(path_.string(), encoding);
    if (!source) return std::unexpected(source.error());
    std::string text;
    std::string piece(piece_bytes, '\0');
    while (true) {
      const auto count = (*source)->read(piece);
      if (!count) return std::unexpected(count.error());
      if (*count == 0) break;
      text.append(piece, 0, *count);
    }
    EXPECT_EQ((*source)->progress(), (InputProgress{bytes.size(), bytes.size()}));
    return text;
  }

  std::filesystem::path path_;
};

TEST_F(OpenInput, ReadsPlainFilesOfAnySize) {
  for (const std::string& text : {std::string(), std::string("a"), long_text()}) {
    EXPECT_EQ(read(text).value(), text);
  }
}

TEST_F(OpenInput, ReadsCompressedFilesByTheirFirstBytes) {
  const std::string text = long_text();
  const std::vector<std::function<std::string(const std::string&)>> compressors = {xz, gzip, zstd};
  for (const auto& compress : compressors) {
    EXPECT_EQ(read(compress(text)).value(), text);
    EXPECT_EQ(read(compress(text), Encoding::utf_8, 3).value(), text);
    EXPECT_EQ(read(compress("")).value(), "");
    EXPECT_EQ(read(compress(text) + compress("") + compress(text)).value(), text + text);
  }
}

TEST_F(OpenInput, NeverTakesACutOrDamagedFileForAShorterOne) {
  const std::string text = long_text();
  const std::vector<std::function<std::string(const std::string&)>> compressors = {xz, gzip};
  for (const auto& compress : compressors) {
    const std::string whole = compress(text);
    for (const std::size_t length : {std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
      EXPECT_FALSE(read(whole.substr(0, length)));
    }
    std::string damaged = whole;
    damaged[whole.size() / 2] = static_cast<char>(damaged[whole.size() / 2] ^ 0x55);
    EXPECT_FALSE(read(damaged));
  }
  const std::string whole = zstd(text);
  const auto cut = read(whole.substr(0, whole.size() - 1));
  ASSERT_FALSE(cut);
  EXPECT_NE(cut.error().message.find("ends in the middle"), std::string::npos);
}

TEST_F(OpenInput, DecodesGb18030) {
  const std::string text = "头" + long_text() + "𠮷é€\n";
  EXPECT_EQ(read(gb18030(text), Encoding::gb18030).value(), text);
  const std::string tail =
      text.substr(text.find('\n', text.size() - 3000));  // small pieces are slow in glibc
  EXPECT_EQ(read(gb18030(tail), Encoding::gb18030, 1).value(), tail);
  EXPECT_EQ(read(gzip(gb18030(tail)), Encoding::gb18030, 11).value(), tail);
}

TEST_F(OpenInput, MarksBytesThatAreNotGb18030) {
  EXPECT_EQ(read("a\xFFz\n", Encoding::gb18030).value(), "a\xFFz\n");
  EXPECT_EQ(read("a\xB2", Encoding::gb18030).value(), "a\xFF");
}

TEST_F(OpenInput, SaysWhatCannotBeOpened) {
  const auto missing = open_input("/nowhere/at/all.csv");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "/nowhere/at/all.csv: cannot open: No such file or directory");
  EXPECT_FALSE(open_input("/"));
}

TEST(Encoding, IsNamedAsOthersNameIt) {
  EXPECT_EQ(parse_encoding("UTF-8"), Encoding::utf_8);
  EXPECT_EQ(parse_encoding("GBK"), Encoding::gb18030);
  EXPECT_EQ(parse_encoding("latin1"), std::nullopt);
}

}  // namespace
}  // namespace huiyin::import
