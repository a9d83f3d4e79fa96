// huiyin serve: one node over HTTP, until it is told to stop.
#include <memory>

#include "commands.hpp"
#include "node/logging.hpp"
#include "output.hpp"
#include "serving.hpp"
#include "signals.hpp"

namespace huiyin::cli {
namespace {

struct ServeArguments {
  std::string address;
  std::optional<std::uint64_t> port, threads;
  Words roles;
};

Done run_serve(const Context& context, const ServeArguments& arguments) {
  auto settings = settings_of(context);
  if (!settings) return std::unexpected(settings.error());
  if (!arguments.address.empty()) settings->address = arguments.address;
  if (arguments.port) {
    if (*arguments.port > 65'535) return misuse("--port: from 0 (any free one) to 65535");
    settings->port = static_cast<std::uint16_t>(*arguments.port);
  }
  if (arguments.threads) {
    if (*arguments.threads < 1 || *arguments.threads > 64) return misuse("--threads: from 1 to 64");
    settings->http_threads = static_cast<unsigned>(*arguments.threads);
  }
  if (!arguments.roles.empty()) {
    if (!settings->kafka)
      return misuse("--role: only with a log in Kafka ([kafka] in the settings)");
    settings->roles.clear();
    for (const auto& word : arguments.roles) {
      const auto role = events::parse_enum<node::ClusterRole>(word);
      if (!role) return misuse("--role: gateway, engine or query; not " + word);
      settings->roles.insert(*role);
    }
  }
  block_stop_signals();
  node::start_logging(settings->log_json, settings->log_level);
  const auto there = wait_for_cluster(*settings);
  if (!there) return std::unexpected(there.error());
  if (!*there) return {};
  auto node = [&] {
    const EndOnStop while_it_starts;
    return open_writing(std::move(*settings), node::Access::serve);
  }();
  if (!node) return std::unexpected(node.error());
  const auto& s = (*node)->settings();
  if (s.principals.empty()) {
    node::log(node::LogLevel::warning,
              "nobody may use the interface yet: huiyin token add, then start again");
  }
  auto server = start_serving(**node, s.port);
  if (!server) return std::unexpected(server.error());
  node::log(node::LogLevel::info, "serving",
            {{"address", url_of(s.address, (*server)->port())}, {"data", s.data.string()}});
  const int signal = wait_for_stop();
  node::log(node::LogLevel::info, "stopping", {{"signal", std::to_string(signal)}});
  stop_serving(std::move(*server), **node);
  node::log(node::LogLevel::info, "stopped");
  return {};
}

}  // namespace

void add_serve(Arguments& root, const Context& context) {
  const auto arguments = std::make_shared<ServeArguments>();
  Arguments serve = root.command("serve", "Serve HTTP until SIGTERM or SIGINT",
                                 "  huiyin --config /etc/huiyin/huiyin.toml serve\n"
                                 "  huiyin --data data serve --port 8420");
  serve.option("--address", arguments->address, "to listen on (127.0.0.1)");
  serve.option("--port", arguments->port, "to listen on; 0 is any free one (8420)");
  serve.option("--threads", arguments->threads, "of the HTTP server (1)");
  serve.option("--role", arguments->roles, "with [kafka]: gateway, engine, query (all)");
  serve.run([&context, arguments] { return run_serve(context, *arguments); });
}

}  // namespace huiyin::cli
