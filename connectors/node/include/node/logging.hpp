// The log of a running node, on stderr: text for people or one JSON object a line. It holds no
// personal data: callers give ids, counts and durations, never titles, texts or petitioners.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace huiyin::node {

enum class LogLevel { debug, info, warning, error };

// Once, before threads start. `level` is debug, info, warning or error.
void start_logging(bool json, std::string_view level);

using LogField = std::pair<std::string_view, std::string>;

// `event` is a fixed phrase; what varies is in the fields. Thread-safe.
void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace huiyin::node
