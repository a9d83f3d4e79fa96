// Reads configuration in TOML and collects its mistakes, each with file and line. toml++ itself is
// slow to compile: only what parses includes it.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/definition_error.hpp"
#include "engine/duration.hpp"
#include "events/enum_names.hpp"

// As toml++ declares them.
namespace toml {
inline namespace v3 {
class table;           // NOLINT(readability-identifier-naming)
struct source_region;  // NOLINT(readability-identifier-naming)
}  // namespace v3
}  // namespace toml

namespace huiyin::engine {

struct Problems {
  std::string file;
  std::vector<DefinitionError> all;
};

// What a duration may be written with, to be allowed beside a table's own keys.
inline constexpr std::array<std::string_view, 4> duration_keys{"months", "days", "working_days",
                                                               "every"};

// "; did you mean \"reply\"?" where a candidate is near enough, else nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

// One TOML table. What a method cannot read it reports, and answers with nothing.
class Table {
 public:
  Table(const toml::table& table, std::string path, Problems& problems)
      : table_(&table), path_(std::move(path)), problems_(&problems) {}

  // Where it stands, for messages: in an overlay's file or in its base's.
  int line() const;
  std::string file() const;
  void locate(DefinitionError& error) const;  // by its key
  bool has(std::string_view key) const;
  void fail(std::string_view key, std::string message) const;

  // Reports every key that is not `known`.
  void only(const std::vector<std::string_view>& known) const;

  std::string text(std::string_view key) const;  // empty where there is none
  std::string needed_text(std::string_view key) const;
  bool flag(std::string_view key, bool otherwise) const;
  std::optional<std::int64_t> number(std::string_view key, std::int64_t low,
                                     std::int64_t high) const;
  std::optional<Date> date(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  std::optional<Table> table(std::string_view key) const;
  std::vector<Table> tables(std::string_view key) const;
  std::vector<std::string> keys() const;

  // Exactly one of months, days, working_days, every; months beside every is its least distance.
  std::optional<Duration> duration() const;

  // `kind` is what the word should be, for messages: "guard", "role".
  template <events::NamedEnum E>
  std::optional<E> word(std::string_view key, std::string_view kind) const {
    const std::string word = text(key);
    return word.empty() ? std::nullopt : parse<E>(key, kind, word);
  }
  template <events::NamedEnum E>
  std::vector<E> words(std::string_view key, std::string_view kind) const {
    std::vector<E> out;
    for (const std::string& word : texts(key)) {
      if (const auto value = parse<E>(key, kind, word)) out.push_back(*value);
    }
    return out;
  }

 private:
  template <events::NamedEnum E>
  std::optional<E> parse(std::string_view key, std::string_view kind,
                         const std::string& word) const {
    const auto value = events::parse_enum<E>(word);
    if (!value) {
      const auto known = names(E{});
      fail(key, "unknown " + std::string(kind) + " \"" + word + "\"" +
                    did_you_mean(word, {known.begin(), known.end()}));
    }
    return value;
  }
  std::string path_of(std::string_view key) const;
  std::string file_of(const toml::source_region& source) const;

  const toml::table* table_;
  std::string path_;
  Problems* problems_;
};

// Reads a text that stands in a file, and adds what is wrong with it to the errors.
void read_toml(std::string_view text, std::string_view file, std::vector<DefinitionError>& errors,
               const std::function<void(const Table&)>& read);
// The same for a file; messages have its name without the folder.
void read_toml_file(const std::filesystem::path& file, std::vector<DefinitionError>& errors,
                    const std::function<void(const Table&)>& read);

}  // namespace huiyin::engine
