// The bytes of a file or a pipe as they are.
#pragma once

#include <string>

#include <sys/types.h>

#include "import/byte_source.hpp"

namespace huiyin::import {

// Owns `descriptor`, except standard input's (0), which it leaves open. `name` is for messages;
// `bytes_total` 0 means unknown.
ByteSourcePointer make_file_source(int descriptor, std::string name, std::uint64_t bytes_total);

}  // namespace huiyin::import
