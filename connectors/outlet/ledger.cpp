#include "ledger.hpp"

#include <sqlite3.h>

namespace huiyin::outlet {
namespace {

constexpr const char* schema =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS passed("
    "  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, case_id TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL, note TEXT NOT NULL, external_id TEXT NOT NULL,"
    "  sent INTEGER NOT NULL, answered INTEGER NOT NULL, batch TEXT);"
    "CREATE INDEX IF NOT EXISTS passed_case ON passed(case_id);"
    "CREATE INDEX IF NOT EXISTS passed_external ON passed(external_id) WHERE external_id <> '';"
    "CREATE INDEX IF NOT EXISTS passed_unsent ON passed(number) WHERE sent = 0;"
    "CREATE TABLE IF NOT EXISTS answer("
    "  number INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY(number, digest)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) WITHOUT "
    "ROWID;"
    // A write, so that the lock is held from now on.
    "INSERT INTO meta VALUES('format', '1') ON CONFLICT DO UPDATE SET value = value;";

#define HUIYIN_PASSED "SELECT number, id, case_id, at_ms, note, external_id, sent FROM passed "

}  // namespace

// A prepared statement with its parameters bound.
class Ledger::Statement {
 public:
  Statement(sqlite3* database, std::string_view sql) {
    sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement& text(int parameter, std::string_view value) {
    sqlite3_bind_text(statement_, parameter, value.data(), static_cast<int>(value.size()),
                      SQLITE_TRANSIENT);  // NOLINT(performance-no-int-to-ptr): SQLite's own macro
    return *this;
  }
  Statement& integer(int parameter, std::int64_t value) {
    sqlite3_bind_int64(statement_, parameter, value);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }
  std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  std::string words(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }
  Passed passed() const {
    return {
        number(0), words(1), words(2),      events::Instant(std::chrono::milliseconds(number(3))),
        words(4),  words(5), number(6) != 0};
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

void Ledger::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

std::unexpected<std::string> Ledger::failed() const {
  const char* const file = sqlite3_db_filename(database_.get(), "main");
  const std::string name = file == nullptr ? "the ledger" : file;
  if ((sqlite3_errcode(database_.get()) & 0xff) == SQLITE_BUSY)
    return std::unexpected(name + ": another process works with this outlet");
  return std::unexpected(name + ": " + sqlite3_errmsg(database_.get()));
}

Done Ledger::run(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return failed();
}

Done Ledger::run(Statement&& statement) {
  if (statement.step() == SQLITE_DONE) return {};
  return failed();
}

Result<std::optional<Passed>> Ledger::one(Statement&& statement) {
  switch (statement.step()) {
    case SQLITE_ROW:
      return statement.passed();
    case SQLITE_DONE:
      return std::nullopt;
    default:
      return failed();
  }
}

Result<std::vector<Passed>> Ledger::all(Statement&& statement) {
  std::vector<Passed> out;
  int code = statement.step();
  for (; code == SQLITE_ROW; code = statement.step()) out.push_back(statement.passed());
  if (code != SQLITE_DONE) return failed();
  return out;
}

Result<Ledger> Ledger::open(const std::filesystem::path& file) {
  std::error_code ignored;
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ignored);
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  Ledger ledger{std::unique_ptr<sqlite3, Close>(opened)};
  if (code != SQLITE_OK) return std::unexpected(file.string() + ": " + sqlite3_errstr(code));
  if (auto ready = ledger.run(schema); !ready) return std::unexpected(ready.error());
  return ledger;
}

Done Ledger::take(const std::vector<Passed>& passed, const std::vector<Answered>& answered,
                  const std::string& cursor) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  const auto write = [&]() -> Done {
    for (const Passed& one : passed) {
      Statement insert(
          database_.get(),
          "INSERT OR IGNORE INTO passed(id, case_id, at_ms, note, external_id, sent, answered) "
          "VALUES(?, ?, ?, ?, ?, ?, 0)");
      insert.text(1, one.id).text(2, one.case_id).integer(3, one.at.time_since_epoch().count());
      insert.text(4, one.note).text(5, one.external_id).integer(6, one.sent ? 1 : 0);
      if (auto done = run(std::move(insert)); !done) return done;
    }
    for (const Answered& one : answered) {
      const auto whose = of_case(one.case_id);
      if (!whose) return std::unexpected(whose.error());
      if (!*whose) continue;  // passed on to another outlet
      for (const char* sql : {"UPDATE passed SET answered = 1 WHERE number = ?",
                              "INSERT OR IGNORE INTO answer VALUES(?, ?)"}) {
        Statement statement(database_.get(), sql);
        statement.integer(1, (*whose)->number).text(2, one.digest);
        if (auto done = run(std::move(statement)); !done) return done;
      }
    }
    return set_meta("feed", cursor);
  };
  auto done = write();
  if (done) return run("COMMIT");
  static_cast<void>(run("ROLLBACK"));
  return done;
}

Result<std::string> Ledger::meta(const std::string& name) {
  Statement select(database_.get(), "SELECT value FROM meta WHERE name = ?");
  switch (select.text(1, name).step()) {
    case SQLITE_ROW:
      return select.words(0);
    case SQLITE_DONE:
      return std::string();
    default:
      return failed();
  }
}

Done Ledger::set_meta(const std::string& name, const std::string& value) {
  Statement insert(database_.get(), "INSERT OR REPLACE INTO meta VALUES(?, ?)");
  insert.text(1, name).text(2, value);
  return run(std::move(insert));
}

Result<std::vector<Passed>> Ledger::unsent(const std::string& batch) {
  Statement select(database_.get(),
                   batch.empty() ? HUIYIN_PASSED
                       "WHERE sent = 0 AND answered = 0 AND batch IS NULL ORDER BY number"
                                 : HUIYIN_PASSED "WHERE sent = 0 AND batch = ? ORDER BY number");
  if (!batch.empty()) select.text(1, batch);
  return all(std::move(select));
}

Result<std::vector<std::string>> Ledger::unfinished() {
  Statement select(
      database_.get(),
      "SELECT DISTINCT batch FROM passed WHERE sent = 0 AND batch IS NOT NULL ORDER BY batch");
  std::vector<std::string> out;
  int code = select.step();
  for (; code == SQLITE_ROW; code = select.step()) out.push_back(select.words(0));
  if (code != SQLITE_DONE) return failed();
  return out;
}

Done Ledger::begin_batch(const std::string& file, const std::vector<Passed>& passed) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  for (const Passed& one : passed) {
    Statement update(database_.get(), "UPDATE passed SET batch = ? WHERE number = ?");
    update.text(1, file).integer(2, one.number);
    if (auto done = run(std::move(update)); !done) {
      static_cast<void>(run("ROLLBACK"));
      return done;
    }
  }
  return run("COMMIT");
}

Done Ledger::finish_batch(const std::string& file) {
  Statement update(database_.get(), "UPDATE passed SET sent = 1 WHERE batch = ?");
  update.text(1, file);
  return run(std::move(update));
}

Done Ledger::sent(std::int64_t number, const std::string& external_id) {
  Statement update(database_.get(), "UPDATE passed SET sent = 1, external_id = ? WHERE number = ?");
  update.text(1, external_id).integer(2, number);
  return run(std::move(update));
}

Result<std::optional<Passed>> Ledger::of_case(const std::string& case_id) {
  Statement select(database_.get(), HUIYIN_PASSED "WHERE case_id = ? ORDER BY number DESC LIMIT 1");
  select.text(1, case_id);
  return one(std::move(select));
}

Result<std::optional<Passed>> Ledger::of_external(const std::string& external_id) {
  Statement select(database_.get(), HUIYIN_PASSED
                   "WHERE external_id = ? AND external_id <> '' ORDER BY number DESC LIMIT 1");
  select.text(1, external_id);
  return one(std::move(select));
}

Result<bool> Ledger::has_answer(std::int64_t number, const std::string& digest) {
  Statement select(database_.get(), "SELECT 1 FROM answer WHERE number = ? AND digest = ?");
  switch (select.integer(1, number).text(2, digest).step()) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      return failed();
  }
}

Done Ledger::answered(std::int64_t number, const std::string& digest) {
  for (const char* sql : {"INSERT OR IGNORE INTO answer VALUES(?, ?)",
                          "UPDATE passed SET answered = 1 WHERE number = ?1"}) {
    Statement statement(database_.get(), sql);
    statement.integer(1, number).text(2, digest);
    if (auto done = run(std::move(statement)); !done) return done;
  }
  return {};
}

Result<Ledger::Counts> Ledger::counts() {
  Statement select(database_.get(),
                   "SELECT count(*), count(*) FILTER (WHERE sent = 0 AND answered = 0),"
                   " count(*) FILTER (WHERE answered = 1) FROM passed");
  if (select.step() != SQLITE_ROW) return failed();
  return Counts{select.number(0), select.number(1), select.number(2)};
}

}  // namespace huiyin::outlet
