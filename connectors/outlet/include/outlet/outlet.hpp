// What a file of config/outlets says of another system that takes matters over (S0-29, S3-49,
// S4-18): its scope, its own field names and code lists, where it is reached. docs/outlets.md is
// the reference. Plain values, immutable once loaded.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/zone.hpp"
#include "events/intake_events.hpp"
#include "import/date_format.hpp"

namespace huiyin::outlet {

// `line` counts from 1; 0 when the file as a whole is meant.
struct OutletError {
  std::string file;
  int line = 0;
  std::string key;
  std::string message;
};
std::string to_text(const OutletError& error);  // "12345.toml:12: scope.kinds: …"

// S0-30: what the outlet takes.
struct Scope {
  struct NotTaken {
    std::string category;
    std::string why;  // for the person who wanted to pass it on
  };
  std::vector<events::Kind> kinds;      // empty: all
  std::vector<std::string> categories;  // empty: all but those not taken
  std::vector<NotTaken> not_taken;

  // Why it takes no such case; nothing when it does. "a/b" lies within "a".
  std::optional<std::string> refusal(events::Kind kind, std::string_view category) const;
};

enum class Format : std::uint8_t { json, csv };
constexpr auto names(Format) { return std::array<std::string_view, 2>{"json", "csv"}; }

// A literal text, then a field's value where one is named.
struct TemplatePart {
  std::string literal, field;
};
using Lookup = std::map<std::string, std::string, std::less<>>;

struct PayloadField {
  std::string name;  // in the outlet's words
  std::vector<TemplatePart> parts;
  std::optional<Lookup> codes;           // of the filled text
  std::optional<std::string> otherwise;  // where the text is empty, or the codes do not know it
  std::size_t cut = 0;                   // to that many characters; 0: not
};

struct Payload {
  Format format = Format::json;
  bool petitioner = false;  // S0-31 needs it nowhere: off unless the outlet calls citizens back
  std::vector<PayloadField> fields;
};

// Names of the outlet's fields; in JSON "a.b" is b within a. Empty: it has none.
struct Results {
  Format format = Format::json;
  std::string list;  // where the results lie in a JSON answer; empty: it is the list
  std::string case_id, external_id;  // at least one
  std::string result, text, time;
  std::map<std::string, std::optional<events::OutletResult>, std::less<>>
      words;  // nothing: not yet
  std::vector<import::DateFormat> dates;
};

// A value, or where it is kept.
struct Secret {
  std::string value, env;
  std::filesystem::path file;
  // The error is a sentence that names the source and never the value.
  std::expected<std::string, std::string> read() const;
};

// A server of ours, whose client this is.
struct Server {
  std::string url;
  Secret token;
};

// The outlet's own HTTP interface.
struct Endpoint {
  std::string send;         // POST of one case
  std::string external_id;  // of the outlet, in its answer
  std::string results;      // GET; "{cursor}" is what the answer before said
  std::string next;         // the cursor in the answer; empty: each answer holds all
  std::vector<std::pair<std::string, Secret>> headers;
  std::filesystem::path ca_file;
  std::chrono::milliseconds every{30'000}, timeout{15'000};
};

struct Outlet {
  std::string name;  // of the file, without its ending
  std::string file;
  events::Outlet outlet{};            // of pass-on
  std::optional<events::Date> since;  // what was passed on before is left to others
  engine::Zone zone;
  Scope scope;
  Payload payload;
  Results results;
  Server server;
  std::optional<Endpoint> endpoint;
};

// The names that a payload's templates may use.
std::vector<std::string_view> payload_words();

using OutletErrors = std::vector<OutletError>;
std::expected<Outlet, OutletErrors> parse_outlet(std::string_view toml,
                                                 const std::filesystem::path& file);
std::expected<Outlet, OutletErrors> load_outlet(const std::filesystem::path& file);
// All of a folder; none where there is no such folder. Two files of one outlet are an error.
std::expected<std::vector<Outlet>, OutletErrors> load_outlets(const std::filesystem::path& folder);

}  // namespace huiyin::outlet
