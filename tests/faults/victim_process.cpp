#include "faults/victim_process.hpp"

#include <csignal>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace huiyin::test {

VictimProcess::VictimProcess(const std::filesystem::path& directory) {
  std::signal(SIGPIPE, SIG_IGN);
  int to[2];
  int from[2];
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) return;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], 0);
  posix_spawn_file_actions_adddup2(&actions, from[1], 1);
  std::string program = HUIYIN_VICTIM;
  std::string argument = directory.string();
  char* arguments[] = {program.data(), argument.data(), nullptr};
  if (::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ) != 0) pid_ = -1;
  posix_spawn_file_actions_destroy(&actions);
  ::close(to[0]);
  ::close(from[1]);
  to_ = to[1];
  from_ = from[0];
  ::fcntl(from_, F_SETFL, O_NONBLOCK);
}

VictimProcess::~VictimProcess() {
  kill();
  ::close(to_);
  ::close(from_);
}

bool VictimProcess::send(const std::string& lines) {
  std::size_t sent = 0;
  while (sent < lines.size()) {
    const auto count = ::write(to_, lines.data() + sent, lines.size() - sent);
    if (count <= 0) return false;
    sent += static_cast<std::size_t>(count);
  }
  return true;
}

std::optional<std::vector<std::string>> VictimProcess::receive(int wait_ms) {
  pollfd ready{from_, POLLIN, 0};
  ::poll(&ready, 1, wait_ms);
  char buffer[65'536];
  bool ended = false;
  for (;;) {
    const auto count = ::read(from_, buffer, sizeof(buffer));
    if (count <= 0) {
      ended = count == 0;
      break;
    }
    partial_.append(buffer, static_cast<std::size_t>(count));
  }
  std::vector<std::string> lines;
  for (auto end = partial_.find('\n'); end != std::string::npos; end = partial_.find('\n')) {
    lines.push_back(partial_.substr(0, end));
    partial_.erase(0, end + 1);
  }
  if (ended && lines.empty()) return std::nullopt;
  return lines;
}

void VictimProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

int VictimProcess::finish() {
  ::close(to_);
  to_ = -1;
  int status = -1;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace huiyin::test
