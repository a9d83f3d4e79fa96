#include "node/logging.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "events/json_text.hpp"

namespace huiyin::node {
namespace {

bool as_json = false;  // set once, before threads start

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

void start_logging(bool json, std::string_view level) {
  as_json = json;
  auto logger = spdlog::stderr_color_mt("huiyin");
  logger->set_level(spdlog::level::from_str(std::string(level == "warning" ? "warn" : level)));
  logger->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})"
                           : "%Y-%m-%dT%H:%M:%S.%eZ %^%-7l%$ %v",
                      spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
}

void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  const auto spd_level = level_of(level);
  if (!spdlog::should_log(spd_level)) return;
  std::string line;
  if (as_json) {
    line = R"("event":)";
    events::append_json_string(line, event);
    for (const auto& [name, value] : fields) {
      line.push_back(',');
      events::append_json_string(line, name);
      line.push_back(':');
      events::append_json_string(line, value);
    }
  } else {
    line = event;
    for (const auto& [name, value] : fields)
      line.append(" ").append(name).append("=").append(value);
  }
  spdlog::log(spd_level, "{}", line);
}

}  // namespace huiyin::node
