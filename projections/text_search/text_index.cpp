#include "text_search/text_index.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>

#include "database.hpp"
#include "text_search/tokens.hpp"

namespace huiyin::text_search {
namespace {

constexpr std::int64_t format_version = 1;

// `document` keeps the texts, because taking a document out of a contentless FTS5 table needs its
// old tokens. detail=full holds the positions that phrases need; columnsize serves ranks alone.
constexpr const char* schema = R"sql(
  CREATE TABLE document (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL
  );
  CREATE TABLE applied (partition INTEGER PRIMARY KEY, sequence INTEGER NOT NULL);
  CREATE VIRTUAL TABLE words USING fts5(
    title, body, single, content='', columnsize=0, detail=full, tokenize="ascii"
  );
  -- Bytes of new postings in memory before they are written as a segment (SQLite's default: 1 MiB).
  INSERT INTO words(words, rank) VALUES('hashsize', 16777216);
  -- Segments of one level before they are merged (default: 4): writes less, searches hardly slower.
  INSERT INTO words(words, rank) VALUES('automerge', 8);
  PRAGMA user_version = 1;
)sql";

constexpr const char* unsynced = R"sql(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 16384;  -- pages, 64 MiB: each checkpoint waits for the disk
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -32768;
)sql";

constexpr const char* drop_all = R"sql(
  DROP TABLE IF EXISTS document;
  DROP TABLE IF EXISTS applied;
  DROP TABLE IF EXISTS words;
)sql";

// In FTS5's query language. Tokens are letters and digits alone, so nothing needs escaping.
std::string match_of(const Query& query) {
  std::string match;
  const auto add = [&match](std::string_view quoted) {
    match += match.empty() ? "\"" : " AND \"";
    match += quoted;
    match += '"';
  };
  for (const auto& phrase : query.phrases) {
    std::string tokens;
    for (const std::string& token : phrase) tokens += token + ' ';
    add(tokens);
  }
  for (const std::string& character : query.single_characters) add(character);
  return match;
}

// Makes the tables unless they are there in this format.
std::expected<void, Error> prepare_schema(Database& database) {
  if (auto set = database.execute(unsynced); !set) return set;
  Statement version = database.prepare("PRAGMA user_version");
  const auto there = version.step();
  if (!there) return std::unexpected(there.error());
  const bool current = version.number(0) == format_version;
  version.reset();
  if (current) return {};
  for (const char* step : {"BEGIN IMMEDIATE", drop_all, schema, "COMMIT"}) {
    if (auto done = database.execute(step); !done) return done;
  }
  return {};
}

}  // namespace

class TextIndex::State {
 public:
  State(std::filesystem::path file, Database database)
      : file_(std::move(file)), database_(std::move(database)) {}

  std::expected<void, Error> load_positions() {
    Statement positions = database_.prepare("SELECT partition, sequence FROM applied");
    while (true) {
      const auto row = positions.step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return {};
      applied_[static_cast<events::Partition>(positions.number(0))] =
          static_cast<events::Sequence>(positions.number(1));
    }
  }

  std::expected<void, Error> apply(std::span<const Document> documents,
                                   std::span<const events::Position> positions) {
    auto done = database_.execute("BEGIN IMMEDIATE");
    for (const Document& document : documents) {
      if (!done) break;
      done = put(document);
    }
    for (const events::Position& position : positions) {
      if (!done) break;
      done = put_position_.bind(1, static_cast<std::int64_t>(position.partition))
                 .bind(2, static_cast<std::int64_t>(position.sequence))
                 .run();
    }
    if (done) done = database_.execute("COMMIT");
    if (!done) {
      roll_back();
      return done;
    }
    const std::lock_guard lock(mutex_);
    for (const events::Position& position : positions) {
      applied_[position.partition] = position.sequence;
    }
    return {};
  }

  std::expected<std::vector<std::string>, Error> search(std::string_view query,
                                                        std::size_t limit) const {
    std::vector<std::string> subjects;
    const std::string match = match_of(parse_query(query.substr(0, max_query_bytes)));
    if (match.empty() || limit == 0) return subjects;
    auto reader = take_reader();
    if (!reader) return std::unexpected(reader.error());
    {
      Statement hits = reader->prepare(
          "SELECT document.subject FROM words CROSS JOIN document ON document.id = words.rowid "
          "WHERE words MATCH ?1 ORDER BY words.rowid DESC LIMIT ?2");
      hits.bind(1, std::string_view(match))
          .bind(2, static_cast<std::int64_t>(std::min(limit, max_hits)));
      while (true) {
        const auto row = hits.step();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        subjects.emplace_back(hits.text(0));
      }
    }
    const std::lock_guard lock(mutex_);
    readers_.push_back(*std::move(reader));
    return subjects;
  }

  events::Sequence applied(events::Partition partition) const {
    const std::lock_guard lock(mutex_);
    const auto found = applied_.find(partition);
    return found == applied_.end() ? 0 : found->second;
  }

  std::expected<void, Error> clear() {
    for (const char* step : {"BEGIN IMMEDIATE", "DELETE FROM document; DELETE FROM applied",
                             "INSERT INTO words(words) VALUES('delete-all')", "COMMIT"}) {
      if (auto done = database_.execute(step); !done) {
        roll_back();
        return done;
      }
    }
    const std::lock_guard lock(mutex_);
    applied_.clear();
    return {};
  }

 private:
  // Fails when SQLite has rolled back by itself, which is as good.
  void roll_back() { (void)database_.execute("ROLLBACK").has_value(); }

  std::expected<void, Error> put(const Document& document) {
    const auto there = find_.bind(1, std::string_view(document.subject)).step();
    if (!there) return std::unexpected(there.error());
    if (!*there) {
      find_.reset();
      const std::string_view title = document.title ? *document.title : std::string_view();
      const std::string_view body = document.body ? *document.body : std::string_view();
      const auto inserted =
          insert_.bind(1, std::string_view(document.subject)).bind(2, title).bind(3, body).run();
      if (!inserted) return inserted;
      return change_words(add_words_, database_.last_inserted(), title, body);
    }
    const std::int64_t id = find_.number(0);
    const std::string old_title(find_.text(1));
    const std::string old_body(find_.text(2));
    find_.reset();
    const std::string& title = document.title ? *document.title : old_title;
    const std::string& body = document.body ? *document.body : old_body;
    if (title == old_title && body == old_body) return {};
    if (auto removed = change_words(remove_words_, id, old_title, old_body); !removed) {
      return removed;
    }
    const auto updated =
        update_.bind(1, id).bind(2, std::string_view(title)).bind(3, std::string_view(body)).run();
    if (!updated) return updated;
    return change_words(add_words_, id, title, body);
  }

  std::expected<void, Error> change_words(Statement& statement, std::int64_t id,
                                          std::string_view title, std::string_view body) {
    title_tokens_.clear();
    body_tokens_.clear();
    single_characters_.clear();
    append_tokens(title_tokens_, title);
    append_tokens(body_tokens_, body);
    both_.assign(title).append(body);
    append_single_characters(single_characters_, both_);
    return statement.bind(1, id)
        .bind(2, std::string_view(title_tokens_))
        .bind(3, std::string_view(body_tokens_))
        .bind(4, std::string_view(single_characters_))
        .run();
  }

  // As many connections as there were searches at once; WAL lets them read while apply() writes.
  std::expected<Database, Error> take_reader() const {
    {
      const std::lock_guard lock(mutex_);
      if (!readers_.empty()) {
        Database reader = std::move(readers_.back());
        readers_.pop_back();
        return reader;
      }
    }
    return Database::open(file_, false);
  }

  std::filesystem::path file_;
  Database database_;
  Statement find_ = database_.prepare("SELECT id, title, body FROM document WHERE subject = ?1");
  Statement insert_ =
      database_.prepare("INSERT INTO document(subject, title, body) VALUES(?1, ?2, ?3)");
  Statement update_ = database_.prepare("UPDATE document SET title = ?2, body = ?3 WHERE id = ?1");
  Statement add_words_ =
      database_.prepare("INSERT INTO words(rowid, title, body, single) VALUES(?1, ?2, ?3, ?4)");
  Statement remove_words_ = database_.prepare(
      "INSERT INTO words(words, rowid, title, body, single) VALUES('delete', ?1, ?2, ?3, ?4)");
  Statement put_position_ =
      database_.prepare("INSERT OR REPLACE INTO applied(partition, sequence) VALUES(?1, ?2)");
  std::string title_tokens_;
  std::string body_tokens_;
  std::string single_characters_;
  std::string both_;

  mutable std::mutex mutex_;
  mutable std::vector<Database> readers_;                  // guarded by mutex_
  std::map<events::Partition, events::Sequence> applied_;  // guarded by mutex_
};

std::expected<TextIndex, Error> TextIndex::open(const std::filesystem::path& directory) {
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  const std::filesystem::path file = directory / "text.sqlite";
  auto database = Database::open(file, true);
  if (!database) return std::unexpected(database.error());
  if (auto prepared = prepare_schema(*database); !prepared) {
    return std::unexpected(prepared.error());
  }
  auto state = std::make_unique<State>(file, *std::move(database));
  if (auto loaded = state->load_positions(); !loaded) return std::unexpected(loaded.error());
  return TextIndex(std::move(state));
}

void TextIndex::erase(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const char* name : {"text.sqlite", "text.sqlite-wal", "text.sqlite-shm"}) {
    std::filesystem::remove(directory / name, ignored);
  }
}

TextIndex::TextIndex(std::unique_ptr<State> state) : state_(std::move(state)) {}
TextIndex::TextIndex(TextIndex&& other) noexcept = default;
TextIndex& TextIndex::operator=(TextIndex&& other) noexcept = default;
TextIndex::~TextIndex() = default;

std::expected<void, Error> TextIndex::apply(std::span<const Document> documents,
                                            std::span<const events::Position> positions) {
  return state_->apply(documents, positions);
}
std::expected<std::vector<std::string>, Error> TextIndex::search(std::string_view query,
                                                                 std::size_t limit) const {
  return state_->search(query, limit);
}
events::Sequence TextIndex::applied(events::Partition partition) const {
  return state_->applied(partition);
}
std::expected<void, Error> TextIndex::clear() { return state_->clear(); }

}  // namespace huiyin::text_search
