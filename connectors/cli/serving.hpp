// Starting and stopping the HTTP interface of a node, as `serve` and `demo` do.
#pragma once

#include <memory>
#include <string>

#include "api/api_server.hpp"
#include "outcome.hpp"

namespace huiyin::cli {

// On the address and with the threads of the node's settings.
Result<std::unique_ptr<api::ApiServer>> start_serving(node::Node& node, std::uint16_t port);
// Answers what was asked, then finishes what was accepted: at most five seconds together. With a
// cluster that does not answer it may be said a second later, by the end of the process.
void stop_serving(std::unique_ptr<api::ApiServer> server, node::Node& node);

// With [kafka]: returns once a broker answers and the topics are what they must be; meanwhile says
// on the settings' port that the node is not ready. False when it was told to stop. A failure:
// topics on which nobody may start.
Result<bool> wait_for_cluster(const node::Settings& settings);

std::string url_of(const std::string& address, std::uint16_t port);

}  // namespace huiyin::cli
