// What all commands share: the global options, the settings they amount to, and the ways to open a
// data folder.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "arguments.hpp"
#include "node/node.hpp"
#include "outcome.hpp"
#include "projections/rebuild.hpp"

namespace huiyin::cli {

struct Context {
  std::string data;     // --data
  std::string config;   // --config
  std::string profile;  // --profile
  bool json = false;
};

// From --config's file, else from the defaults; --data and --profile win, then HUIYIN_DATA.
// Principals are data/principals.toml where the settings name no file and there is one.
Result<node::Settings> settings_of(const Context& context);
// The same without a profile, for cases that are made up after the default's rules.
Result<node::Settings> settings_of_samples(const Context& context);

// --as-of, --known-at and --zone.
struct TimeOptions {
  std::string as_of, known_at;
  std::string zone = "Asia/Shanghai";

  void declare(Arguments& arguments);
  bool given() const { return !as_of.empty() || !known_at.empty(); }
  Result<projections::Cut> cut() const;
};

// An instant of RFC 3339, or a bare date: the end of that day in the zone.
Result<events::Instant> parse_time(std::string_view option, std::string_view text,
                                   std::string_view zone);
Result<std::optional<events::Date>> parse_day(std::string_view option, std::string_view text);

// A data folder opened for questions, beside whoever writes it.
struct Reading {
  std::unique_ptr<node::Node> node;
  std::unique_ptr<projections::ViewStore> then;  // views of an earlier time; null: of now
  projections::Cut cut;

  const projections::ViewStore& views() const { return then ? *then : node->views(); }
  // As of when days are counted.
  events::Instant now() const;
};

// Views at another time are rebuilt from the log once and kept (cut_views.hpp).
Result<Reading> open_reading(const Context& context, const TimeOptions& times);
// Only the log and the views of now; the cut is left to whoever folds cases from the log.
Result<Reading> open_log_reading(const Context& context, const TimeOptions& times);

Result<std::unique_ptr<node::Node>> open_writing(node::Settings settings, node::Access access);

// A folder that `replay` made answers questions and takes nothing.
std::filesystem::path replay_marker(const std::filesystem::path& data);

Failure to_failure(const projections::StoreError& error);
Failure to_failure(const events::LogError& error);
Failure to_failure(const projections::ReplayError& error);

}  // namespace huiyin::cli
