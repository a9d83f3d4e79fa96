// What was passed on to one outlet, what of it was sent, what was answered: one SQLite file, which
// one process at a time works with. A cache of the event feed but for what was sent: without it
// everything that has no answer yet goes out once more, under the same keys.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "events/instant.hpp"

struct sqlite3;

namespace huiyin::outlet {

// An error is a sentence that names the file.
template <class T>
using Result = std::expected<T, std::string>;
using Done = Result<void>;

// One passing-on; a case may have several, one after the other.
struct Passed {
  std::int64_t number = 0;  // in the order of the feed, from 1
  std::string id;           // of its event: the key under which it is sent
  std::string case_id;
  events::Instant at{};
  std::string note;
  std::string external_id;  // of the outlet, once known
  bool sent = false;        // or registered there by hand
};

// A take-back that the feed tells of.
struct Answered {
  std::string case_id, digest;
};

class Ledger {
 public:
  // Makes the file when it is missing.
  static Result<Ledger> open(const std::filesystem::path& file);

  // A page of the feed, at once: what is there already stays as it is.
  Done take(const std::vector<Passed>& passed, const std::vector<Answered>& answered,
            const std::string& cursor);
  Result<std::string> meta(const std::string& name);  // "feed" and "results"; empty at first
  Done set_meta(const std::string& name, const std::string& value);

  // Neither sent nor answered, in order. With a batch: those of that file alone.
  Result<std::vector<Passed>> unsent(const std::string& batch = "");
  // Files that were begun and are not finished.
  Result<std::vector<std::string>> unfinished();
  Done begin_batch(const std::string& file, const std::vector<Passed>& passed);
  Done finish_batch(const std::string& file);
  Done sent(std::int64_t number, const std::string& external_id);

  // The newest passing of that case, or under that number of the outlet's.
  Result<std::optional<Passed>> of_case(const std::string& case_id);
  Result<std::optional<Passed>> of_external(const std::string& external_id);
  Result<bool> has_answer(std::int64_t number, const std::string& digest);
  Done answered(std::int64_t number, const std::string& digest);

  struct Counts {
    std::int64_t passed = 0, unsent = 0, answered = 0;
  };
  Result<Counts> counts();

 private:
  class Statement;
  struct Close {
    void operator()(sqlite3* database) const;
  };
  explicit Ledger(std::unique_ptr<sqlite3, Close> database) : database_(std::move(database)) {}
  Done run(const char* sql);
  Done run(Statement&& statement);
  Result<std::optional<Passed>> one(Statement&& statement);
  Result<std::vector<Passed>> all(Statement&& statement);
  std::unexpected<std::string> failed() const;

  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace huiyin::outlet
