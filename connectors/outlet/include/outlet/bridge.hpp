// Between a Huiyin server and one outlet: follows the server's events for what was passed on, gives
// it to the outlet, and gives the outlet's results back as take-back commands. Everything that must
// survive is in the ledger before anybody is told; whatever ends the process, a new start goes on.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "outlet/outlet.hpp"

namespace huiyin::outlet {

struct ExportSummary {
  std::uint64_t written = 0;
  std::map<std::string, std::string> left;  // case to why it could not be written
};

struct ImportSummary {
  std::uint64_t rows = 0;
  std::uint64_t taken = 0;                        // cases that took their result back in this run
  std::uint64_t already_there = 0;                // the same result came before
  std::uint64_t not_yet = 0;                      // the outlet is not done with them
  std::map<std::string, std::uint64_t> rejected;  // by reason
};

struct Counts {
  std::int64_t passed = 0, unsent = 0, answered = 0;
};

enum class Weight : std::uint8_t { news, trouble };

struct BridgeOptions {
  std::filesystem::path ledger;
  std::function<bool()> interrupt;  // asked now and then; true ends what is under way
  // What happens in run(): a fixed phrase, and the rest. Never a title, a text or a person.
  std::function<void(Weight, std::string_view what, const std::string& detail)> say;
};

// One thread. Errors are sentences for the person at the terminal.
class Bridge {
 public:
  // The outlet outlives it. Reads the secrets; waits for nobody.
  static std::expected<std::unique_ptr<Bridge>, std::string> open(const Outlet& outlet,
                                                                  BridgeOptions options);
  ~Bridge();

  // Writes what was passed on and not yet sent into a new file; makes none where there is nothing.
  // A file that an earlier run began is finished first.
  std::expected<ExportSummary, std::string> export_to(const std::filesystem::path& file);

  // Results from a file; "-" is standard input. What is refused goes to `rejects` (CSV; empty:
  // nowhere) with its reason.
  std::expected<ImportSummary, std::string> import_from(const std::string& file,
                                                        const std::filesystem::path& rejects);

  // Sends and fetches until it is interrupted. What fails is tried again, ever more slowly.
  std::expected<void, std::string> run();

  std::expected<Counts, std::string> counts();

 private:
  class Parts;
  explicit Bridge(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huiyin::outlet
