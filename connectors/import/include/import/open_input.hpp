// Opens what an import reads: a file or standard input, plain, xz, gzip or zstd (told apart by
// their first bytes, never by name), as UTF-8. Memory is bounded whatever the file claims.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "import/byte_source.hpp"

namespace huiyin::import {

enum class Encoding {
  utf_8,
  gb18030,  // and so GBK and GB 2312, which it contains: what office software in China often writes
};

// "utf-8", "gb18030", "gbk" or "gb2312" in any case; nothing for another name.
std::optional<Encoding> parse_encoding(std::string_view name);

// `path` may be "-" for standard input. With an encoding other than UTF-8 the bytes come out as
// UTF-8, and each byte that the encoding does not know as the byte FF, which no UTF-8 text holds:
// so that the row with it is refused and the others are not.
std::expected<ByteSourcePointer, InputError> open_input(const std::string& path,
                                                        Encoding encoding = Encoding::utf_8);

}  // namespace huiyin::import
