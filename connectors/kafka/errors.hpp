// librdkafka's errors to ours.
#pragma once

#include <optional>
#include <string_view>

#include "kafka/error.hpp"
#include "raii.hpp"

namespace huiyin::kafka {

// `tried` leads the detail: "commit of partition 3".
Error to_error(const rd_kafka_error_t& error, std::string_view tried);
// Of calls that give only a code. `words` may be null.
Error to_error(rd_kafka_resp_err_t code, std::string_view tried, const char* words = nullptr);
// Takes what a call gave; nothing when it went well.
std::optional<Error> take(rd_kafka_error_t* given, std::string_view tried);

}  // namespace huiyin::kafka
