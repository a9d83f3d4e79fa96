// Walks a definition's TOML and collects its mistakes. Included by the files that read
// definitions, and by nobody else: toml++ is slow to compile.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Mistakes are results, not exceptions.
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "engine/definition.hpp"
#include "engine/definition_error.hpp"

namespace huiyin::engine {

struct Problems {
  std::string file;
  std::vector<DefinitionError> all;
};

// "; did you mean \"reply\"?" where a candidate is near enough, else nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

// One TOML table. What a method cannot read it reports, and answers with nothing.
class Table {
 public:
  Table(const toml::table& table, std::string path, Problems& problems)
      : table_(&table), path_(std::move(path)), problems_(&problems) {}

  // Where it stands, for messages: in an overlay's file or in its base's.
  int line() const { return static_cast<int>(table_->source().begin.line); }
  std::string file() const { return file_of(table_->source()); }
  void locate(DefinitionError& error) const;  // by its key
  bool has(std::string_view key) const { return table_->contains(key); }
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

// definition_toml.cpp: one definition, read and checked, but for its hash.
std::expected<Definition, std::vector<DefinitionError>> read_whole(
    const toml::table& tree, std::string_view file, const std::vector<Calendar>& calendars);
// Small letters, digits and hyphens: definitions and profiles stand in pins, for ever.
bool is_name(std::string_view text);
// XXH3-128 tells files apart; it protects from slips, not from forgers.
std::string definition_hash(std::string_view bytes);
std::vector<DefinitionError> parse_error(std::string_view file, const toml::parse_error& error);
void sort_by_place(std::vector<DefinitionError>& errors);

// definition_sections.cpp: the parts of a file that repeat.
std::vector<Transition> read_transitions(const Table& root, const std::vector<std::string>& ends);
std::vector<Clock> read_clocks(const Table& root, const std::vector<Transition>& transitions);
Policy read_policy(const Table& root);
RoleSet read_roles(const Table& table, std::string_view key);

// What a duration may be written with, to be allowed beside a table's own keys.
inline constexpr std::array<std::string_view, 4> duration_keys{"months", "days", "working_days",
                                                               "every"};

}  // namespace huiyin::engine
