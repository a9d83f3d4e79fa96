// One connection to SQLite and its statements. A connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "text_search/text_index.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace huiyin::text_search {

struct CloseDatabase {
  void operator()(sqlite3* database) const;
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const;
};

// Bound values must outlive the step; it is reset by whoever reuses it.
class Statement {
 public:
  Statement(sqlite3* database, std::string_view sql);

  Statement& bind(int parameter, std::int64_t number);
  Statement& bind(int parameter, std::string_view text);
  std::expected<bool, Error> step();  // true: a row
  std::expected<void, Error> run();   // steps to the end and resets
  void reset();
  std::int64_t number(int column) const;
  std::string_view text(int column) const;  // valid until the next step

 private:
  sqlite3* database_;
  std::unique_ptr<sqlite3_stmt, FinalizeStatement> statement_;
};

class Database {
 public:
  static std::expected<Database, Error> open(const std::filesystem::path& file, bool writable);

  std::expected<void, Error> execute(const char* sql);
  Statement prepare(std::string_view sql) { return {database_.get(), sql}; }
  std::int64_t last_inserted() const;

 private:
  explicit Database(sqlite3* database) : database_(database) {}
  std::unique_ptr<sqlite3, CloseDatabase> database_;
};

Error error_of(sqlite3* database);

}  // namespace huiyin::text_search
