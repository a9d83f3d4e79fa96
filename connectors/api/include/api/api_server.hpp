// The HTTP interface of a node (DESIGN.md section 8): commands, queries, event feeds, operations.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "http/limits.hpp"
#include "node/node.hpp"

namespace huiyin::api {

struct ApiOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  unsigned threads = 1;
  http::Limits limits;
};

class ApiServer {
 public:
  // Serves at once. The node outlives the server and was opened for writing. The error is a
  // sentence.
  static std::expected<std::unique_ptr<ApiServer>, std::string> start(node::Node& node,
                                                                      const ApiOptions& options);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  std::uint16_t port() const;
  // Answers what was asked and closes; within Limits::stop_time. Before the node stops.
  void stop();

 private:
  struct Parts;
  explicit ApiServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huiyin::api
