// What answers while a node waits for its cluster: alive, not ready, and why.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "api/api_server.hpp"

namespace huiyin::api {

class WaitingRoom {
 public:
  static std::expected<std::unique_ptr<WaitingRoom>, std::string> open(const ApiOptions& options);
  ~WaitingRoom();  // gives the port back

  // For /readyz. Thread-safe.
  void say(std::string reason);

 private:
  struct Parts;
  explicit WaitingRoom(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huiyin::api
