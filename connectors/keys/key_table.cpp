#include "key_table.hpp"

#include <sqlite3.h>

namespace huiyin::keys {

// A prepared statement with its parameters bound.
class KeyTable::Statement {
 public:
  Statement(sqlite3* database, std::string_view sql) {
    sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  // The bytes must outlive the statement.
  Statement& text(int parameter, std::string_view value) {
    sqlite3_bind_text(statement_, parameter, value.data(), static_cast<int>(value.size()), nullptr);
    return *this;
  }
  Statement& blob(int parameter, std::string_view value) {
    sqlite3_bind_blob(statement_, parameter, value.data(), static_cast<int>(value.size()), nullptr);
    return *this;
  }
  int step() { return sqlite3_step(statement_); }
  bool done() { return step() == SQLITE_DONE; }
  bool again() { return sqlite3_reset(statement_) == SQLITE_OK; }

  std::optional<std::string> column(int index) const {
    if (sqlite3_column_type(statement_, index) == SQLITE_NULL) return std::nullopt;
    const void* const bytes = sqlite3_column_blob(statement_, index);
    const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement_, index));
    return std::string(static_cast<const char*>(bytes), length);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

void KeyTable::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

VaultError KeyTable::error(std::string_view doing) const {
  const int code = sqlite3_errcode(database_.get()) & 0xff;
  VaultErrorCode kind = VaultErrorCode::unavailable;
  if (code == SQLITE_FULL) kind = VaultErrorCode::full;
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) kind = VaultErrorCode::tampered;
  const char* const file = sqlite3_db_filename(database_.get(), "main");
  return {kind, std::string(file == nullptr ? "the vault" : file) + ", " + std::string(doing) +
                    ": " + sqlite3_errmsg(database_.get())};
}

std::expected<void, VaultError> KeyTable::run(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error("running a statement"));
}

std::expected<KeyTable, VaultError> KeyTable::open(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(file.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  KeyTable table{std::unique_ptr<sqlite3, Close>(opened)};
  if (code != SQLITE_OK) {
    return std::unexpected(
        VaultError{VaultErrorCode::unavailable, file.string() + ": " + sqlite3_errstr(code)});
  }
  sqlite3_busy_timeout(opened, 5'000);
  const auto ready = table.run(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA secure_delete = ON;"
      "CREATE TABLE IF NOT EXISTS key("
      "  id TEXT PRIMARY KEY NOT NULL, person TEXT NOT NULL, wrapped BLOB) WITHOUT ROWID;"
      "DROP INDEX IF EXISTS key_person;"
      "CREATE INDEX IF NOT EXISTS key_of_person ON key(person) WHERE wrapped IS NOT NULL;"
      "CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY NOT NULL, value BLOB) WITHOUT ROWID;");
  if (!ready) return std::unexpected(ready.error());
  return table;
}

std::expected<std::optional<std::string>, VaultError> KeyTable::meta(std::string_view name) {
  Statement select(database_.get(), "SELECT value FROM meta WHERE name = ?");
  switch (select.text(1, name).step()) {
    case SQLITE_ROW:
      return select.column(0);
    case SQLITE_DONE:
      return std::nullopt;
    default:
      return std::unexpected(error("reading"));
  }
}

std::expected<void, VaultError> KeyTable::set_meta(std::string_view name, std::string_view value) {
  Statement insert(database_.get(), "INSERT INTO meta VALUES(?, ?)");
  if (insert.text(1, name).blob(2, value).done()) return {};
  return std::unexpected(error("writing"));
}

std::expected<std::optional<KeyRow>, VaultError> KeyTable::of_person(std::string_view person) {
  Statement select(database_.get(),
                   "SELECT id, wrapped FROM key WHERE person = ? AND wrapped IS NOT NULL "
                   "ORDER BY id LIMIT 1");
  switch (select.text(1, person).step()) {
    case SQLITE_ROW:
      return KeyRow{*select.column(0), std::string(person), *select.column(1)};
    case SQLITE_DONE:
      return std::nullopt;
    default:
      return std::unexpected(error("looking up a person"));
  }
}

std::expected<std::optional<StoredKey>, VaultError> KeyTable::by_id(std::string_view id) {
  Statement select(database_.get(), "SELECT wrapped FROM key WHERE id = ?");
  switch (select.text(1, id).step()) {
    case SQLITE_ROW:
      return StoredKey{select.column(0)};
    case SQLITE_DONE:
      return std::nullopt;
    default:
      return std::unexpected(error("looking up a key"));
  }
}

template <class Change>
std::expected<void, VaultError> KeyTable::transaction(Change change) {
  if (auto begun = run("BEGIN IMMEDIATE"); !begun) return begun;
  std::expected<void, VaultError> done = change();
  if (done) done = run("COMMIT");
  if (!done) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  return done;
}

std::expected<void, VaultError> KeyTable::add(std::span<const KeyRow> rows) {
  return transaction([&]() -> std::expected<void, VaultError> {
    Statement insert(database_.get(), "INSERT OR IGNORE INTO key VALUES(?, ?, ?)");
    for (const KeyRow& row : rows) {
      insert.text(1, row.id).text(2, row.person).blob(3, row.wrapped);
      if (!insert.done() || !insert.again()) return std::unexpected(error("adding a key"));
    }
    return {};
  });
}

std::expected<std::vector<KeyRow>, VaultError> KeyTable::all() {
  std::vector<KeyRow> out;
  Statement select(database_.get(),
                   "SELECT id, person, wrapped FROM key WHERE wrapped IS NOT NULL");
  for (;;) {
    switch (select.step()) {
      case SQLITE_ROW:
        out.push_back({*select.column(0), *select.column(1), *select.column(2)});
        break;
      case SQLITE_DONE:
        return out;
      default:
        return std::unexpected(error("reading all keys"));
    }
  }
}

std::expected<std::vector<std::string>, VaultError> KeyTable::ids_of(std::string_view person) {
  std::vector<std::string> ids;
  Statement select(database_.get(), "SELECT id FROM key WHERE person = ? AND wrapped IS NOT NULL");
  select.text(1, person);
  int code = SQLITE_ROW;
  while ((code = select.step()) == SQLITE_ROW) ids.push_back(*select.column(0));
  if (code != SQLITE_DONE) return std::unexpected(error("looking up a person's keys"));
  return ids;
}

std::expected<void, VaultError> KeyTable::forget(std::span<const std::string> ids) {
  auto forgotten = transaction([&]() -> std::expected<void, VaultError> {
    Statement insert(database_.get(), "INSERT OR IGNORE INTO key VALUES(?, '', NULL)");
    Statement update(database_.get(),
                     "UPDATE key SET wrapped = NULL, person = '' "
                     "WHERE id = ? AND wrapped IS NOT NULL");
    for (const std::string& id : ids) {
      for (Statement* const one : {&insert, &update}) {
        if (!one->text(1, id).done()) return std::unexpected(error("forgetting"));
        if (one == &update && sqlite3_changes(database_.get()) > 0) log_holds_keys_ = true;
        if (!one->again()) return std::unexpected(error("forgetting"));
      }
    }
    return {};
  });
  if (!forgotten || !log_holds_keys_) return forgotten;
  // The keys' bytes are still in the write-ahead log until it is emptied.
  if (auto emptied = run("PRAGMA wal_checkpoint(TRUNCATE)"); !emptied) return emptied;
  log_holds_keys_ = false;
  return {};
}

std::expected<void, VaultError> KeyTable::copy_to(const std::filesystem::path& file) {
  Statement vacuum(database_.get(), "VACUUM INTO ?");
  const std::string name = file.string();
  if (vacuum.text(1, name).done()) return {};
  return std::unexpected(error("copying to " + name));
}

}  // namespace huiyin::keys
