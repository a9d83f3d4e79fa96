// Other encodings to UTF-8.
#pragma once

#include <string>

#include "import/byte_source.hpp"

namespace huiyin::import {

// From GB 18030, by the C library. Undecodable bytes come out as the byte FF each.
std::expected<ByteSourcePointer, InputError> decode_gb18030(ByteSourcePointer bytes,
                                                            const std::string& name);

}  // namespace huiyin::import
