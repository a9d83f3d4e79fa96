// Full-text search over titles and bodies: one SQLite database with an FTS5 table, derived from the
// log like every other view and rebuilt from it at will. It holds its own applied position per
// partition, written in the transaction that wrote what the position stands for.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "events/position.hpp"

namespace huiyin::text_search {

enum class Code {
  cannot_open,  // the directory or file cannot be used
  damaged,      // the file is no index: erase() it and rebuild
  storage,      // disk full or unreadable; nothing of the failed call was kept
};

struct Error {
  Code code = Code::storage;
  std::string message;

  bool operator==(const Error&) const = default;
};

// What is to be known of a subject from now on. What is absent stays as it was.
struct Document {
  std::string subject;
  std::optional<std::string> title;
  std::optional<std::string> body;
};

// A search gives at most so many subjects, whatever limit is asked for: what a list can count
// exactly (DESIGN.md section 8).
inline constexpr std::size_t max_hits = 10'000;

// A query has at most so many characters that count, the rest is ignored; a title has 500.
inline constexpr std::size_t max_query_bytes = 2'000;

// apply(), clear() and close from one thread; search() and applied() from any, also meanwhile.
class TextIndex {
 public:
  // Opens or makes DIRECTORY/text.sqlite. An index of another format is emptied.
  static std::expected<TextIndex, Error> open(const std::filesystem::path& directory);

  // Deletes the files of a closed index.
  static void erase(const std::filesystem::path& directory);

  TextIndex(TextIndex&& other) noexcept;
  TextIndex& operator=(TextIndex&& other) noexcept;
  ~TextIndex();

  // All or nothing. `positions`: what is applied from now on, for the partitions that moved. After
  // a crash of the machine the last calls may be lost, positions and all.
  std::expected<void, Error> apply(std::span<const Document> documents,
                                   std::span<const events::Position> positions);

  // Subjects whose title and body together hold all words of the query (tokens.hpp), the last
  // first indexed first. Any text is a valid query; one without a letter or digit finds nothing.
  std::expected<std::vector<std::string>, Error> search(std::string_view query,
                                                        std::size_t limit = max_hits) const;

  events::Sequence applied(events::Partition partition) const;  // 0: nothing yet

  std::expected<void, Error> clear();

 private:
  class State;
  explicit TextIndex(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace huiyin::text_search
