// The victim as a child process, from outside.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace huiyin::test {

class VictimProcess {
 public:
  explicit VictimProcess(const std::filesystem::path& directory);
  ~VictimProcess();  // kill -9, if it still lives
  VictimProcess(const VictimProcess&) = delete;
  VictimProcess& operator=(const VictimProcess&) = delete;

  // Sends lines; false when the victim is gone.
  bool send(const std::string& lines);
  // The complete lines that have come, waiting up to `wait_ms` for the first; nothing at its end.
  std::optional<std::vector<std::string>> receive(int wait_ms);
  void kill();
  // Closes its input and waits; its exit code.
  int finish();

 private:
  pid_t pid_ = -1;
  int to_ = -1, from_ = -1;
  std::string partial_;
};

}  // namespace huiyin::test
