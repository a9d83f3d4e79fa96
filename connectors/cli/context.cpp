#include "context.hpp"

#include <cstdlib>

#include "cut_views.hpp"
#include "engine/zone.hpp"
#include "output.hpp"

namespace huiyin::cli {

Result<node::Settings> settings_of(const Context& context) {
  node::Settings settings;
  if (!context.config.empty()) {
    auto loaded = node::load_settings(context.config);
    if (!loaded) return fail("bad-settings", node::to_text(loaded.error()));
    settings = std::move(*loaded);
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
  } else if (const char* data = std::getenv("HUIYIN_DATA"); data != nullptr && *data != '\0') {
    settings.data = data;
  }
  if (!context.data.empty()) settings.data = context.data;
  if (!context.profile.empty()) settings.profile = context.profile;
  if (settings.config.empty()) settings.config = node::find_config_folder();
  const auto principals = settings.data / "principals.toml";
  std::error_code ignored;
  if (settings.principals.empty() && std::filesystem::exists(principals, ignored)) {
    settings.principals = principals;
  }
  return settings;
}

Result<node::Settings> settings_of_samples(const Context& context) {
  if (!context.profile.empty()) return misuse("--profile: these cases follow the default's rules");
  auto settings = settings_of(context);
  if (settings) settings->profile.clear();
  return settings;
}

void TimeOptions::declare(Arguments& arguments) {
  arguments.option(
      "--as-of", as_of,
      "what had happened by then (a time such as 2024-02-05T09:00:00+08:00, or a date: "
      "the end of that day)");
  arguments.option("--known-at", known_at, "what was recorded by then (likewise)");
  arguments.option("--zone", zone, "time zone that bare dates are meant in (Asia/Shanghai)");
}

Result<events::Instant> parse_time(std::string_view option, std::string_view text,
                                   std::string_view zone) {
  if (const auto instant = events::parse_instant(text)) return *instant;
  const auto date = events::parse_date(text);
  if (!date) {
    return misuse(std::string(option) + ": \"" + std::string(text) +
                  "\" is neither a time such as 2024-02-05T09:00:00+08:00 nor a date");
  }
  const auto known = engine::Zone::load(zone);
  if (!known) return misuse("--zone: " + known.error().message);
  return known->end_of_day(*date);
}

Result<std::optional<events::Date>> parse_day(std::string_view option, std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (const auto date = events::parse_date(text)) return date;
  return misuse(std::string(option) + ": \"" + std::string(text) +
                "\" is no date such as 2024-02-05");
}

Result<projections::Cut> TimeOptions::cut() const {
  projections::Cut cut;
  if (!as_of.empty()) {
    const auto time = parse_time("--as-of", as_of, zone);
    if (!time) return std::unexpected(time.error());
    cut.as_of = *time;
  }
  if (!known_at.empty()) {
    const auto time = parse_time("--known-at", known_at, zone);
    if (!time) return std::unexpected(time.error());
    cut.known_at = *time;
  }
  return cut;
}

events::Instant Reading::now() const {
  if (cut.as_of) return *cut.as_of;
  if (cut.known_at) return *cut.known_at;
  return node->ids().now();
}

Result<Reading> open_log_reading(const Context& context, const TimeOptions& times) {
  auto cut = times.cut();
  if (!cut) return std::unexpected(cut.error());
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  settings->principals.clear();  // who may ask over HTTP is no matter here
  auto opened = node::Node::open(std::move(*settings), node::Access::read);
  if (!opened) return fail("cannot-open", opened.error());
  return Reading{std::move(*opened), nullptr, *cut};
}

Result<Reading> open_reading(const Context& context, const TimeOptions& times) {
  auto reading = open_log_reading(context, times);
  if (!reading || !times.given()) return reading;
  auto views = open_cut_views(reading->node->log(), reading->node->settings().data, reading->cut);
  if (!views) return std::unexpected(views.error());
  reading->then = std::move(*views);
  return reading;
}

std::filesystem::path replay_marker(const std::filesystem::path& data) { return data / "REPLAY"; }

Result<std::unique_ptr<node::Node>> open_writing(node::Settings settings, node::Access access) {
  std::error_code ignored;
  if (std::filesystem::exists(replay_marker(settings.data), ignored)) {
    return fail("replay",
                settings.data.string() +
                    " was made by `huiyin replay`: it answers questions, it takes nothing");
  }
  auto opened = node::Node::open(std::move(settings), access);
  if (!opened) return fail("cannot-open", opened.error());
  return std::move(*opened);
}

Failure to_failure(const projections::StoreError& error) {
  using projections::StoreErrorCode;
  if (error.code == StoreErrorCode::invalid)
    return {"invalid-query", error.detail, wrong_usage, {}};
  if (error.code == StoreErrorCode::too_broad) return {"too-broad", error.detail, failed, {}};
  if (error.code == StoreErrorCode::forbidden) return {"forbidden", error.detail, failed, {}};
  return {"views-unavailable", error.detail, failed, {}};
}

Failure to_failure(const events::LogError& error) {
  return {"log-unavailable", error.detail, failed, {}};
}

Failure to_failure(const projections::ReplayError& error) {
  using projections::ReplayErrorCode;
  const bool stopped = error.code == ReplayErrorCode::stopped;
  const bool store = error.code == ReplayErrorCode::store;
  return {stopped ? "interrupted"
          : store ? "views-unavailable"
                  : "log-damaged",
          error.detail,
          failed,
          {}};
}

}  // namespace huiyin::cli
