// How a command ends.
#pragma once

#include <expected>
#include <string>

namespace huiyin::cli {

enum ExitCode : int { done = 0, failed = 1, wrong_usage = 2 };

// `detail` is one clear sentence; `code` a fixed word for programs.
struct Failure {
  std::string code;
  std::string detail;
  ExitCode exit = failed;
  // Empty, or the document that --json prints instead of {"code","detail"}: reports that name what
  // is wrong.
  std::string json;
};

using Done = std::expected<void, Failure>;
template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> fail(std::string code, std::string detail) {
  return std::unexpected(Failure{std::move(code), std::move(detail), failed, {}});
}
inline std::unexpected<Failure> misuse(std::string detail) {
  return std::unexpected(Failure{"wrong-usage", std::move(detail), wrong_usage, {}});
}

}  // namespace huiyin::cli
