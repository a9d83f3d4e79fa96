#include "database.hpp"

#include <sqlite3.h>

namespace huiyin::text_search {

void CloseDatabase::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void FinalizeStatement::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Error error_of(sqlite3* database) {
  if (database == nullptr) return {Code::cannot_open, "out of memory"};
  const int reason = sqlite3_errcode(database);
  const Code code = reason == SQLITE_CORRUPT || reason == SQLITE_NOTADB ? Code::damaged
                    : reason == SQLITE_CANTOPEN                         ? Code::cannot_open
                                                                        : Code::storage;
  return {code, std::string("text search: ") + sqlite3_errmsg(database)};
}

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                     &statement, nullptr);
  statement_.reset(statement);
}

Statement& Statement::bind(int parameter, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), parameter, number);
  return *this;
}

Statement& Statement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(statement_.get(), parameter, text.data() == nullptr ? "" : text.data(),
                      text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

std::expected<bool, Error> Statement::step() {
  // A statement that could not be prepared is null; the step then says so.
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  Error error = error_of(database_);
  reset();
  return std::unexpected(std::move(error));
}

std::expected<void, Error> Statement::run() {
  while (true) {
    const auto row = step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
  }
  reset();
  return {};
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return {text == nullptr ? "" : text,
          static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::expected<Database, Error> Database::open(const std::filesystem::path& file, bool writable) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  const int opened = sqlite3_open_v2(file.c_str(), &raw, flags, nullptr);
  Database database(raw);
  if (opened != SQLITE_OK) return std::unexpected(error_of(raw));
  // Two connections of this process meet only for moments (a checkpoint), never for long.
  sqlite3_busy_timeout(raw, 5000);
  return database;
}

std::expected<void, Error> Database::execute(const char* sql) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error_of(database_.get()));
}

std::int64_t Database::last_inserted() const { return sqlite3_last_insert_rowid(database_.get()); }

}  // namespace huiyin::text_search
