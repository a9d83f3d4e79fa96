// One node, put together: definitions, log, views, text index, keys, processor, timers.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "engine/definition.hpp"
#include "engine/id_source.hpp"
#include "engine/runtime.hpp"
#include "events/event_log.hpp"
#include "keys/vault.hpp"
#include "node/principals.hpp"
#include "node/registry.hpp"
#include "node/settings.hpp"
#include "projections/view_store.hpp"
#include "text_search/text_index.hpp"

namespace huiyin::node {

class TextFollower;
class DutyWatch;
class Cluster;

enum class Access : std::uint8_t {
  serve,  // the one process that may change anything; deadlines fire by the wall clock
  write,  // likewise, but nobody fires deadlines unasked: imports
  read,   // beside either: queries of the command line see what is on disk when they begin
};

class Node {
 public:
  // Opens what is below settings.data (write: makes it), catches up, and unless it only reads
  // starts the runtime. The error is a sentence for the person at the terminal.
  static std::expected<std::unique_ptr<Node>, std::string> open(Settings settings, Access access);
  ~Node();  // stops
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const Settings& settings() const { return settings_; }
  const engine::Definitions& definitions() const { return definitions_; }
  const Principals& principals() const { return principals_; }
  engine::IdSource& ids() { return *ids_; }
  events::EventLog& log() { return *log_; }
  // Names and values for /metrics.
  std::vector<std::pair<std::string, std::uint64_t>> log_figures() const;
  projections::ViewStore& views() { return *views_; }
  text_search::TextIndex& text() { return *text_; }
  // Not with Access::read, nor with [kafka].
  engine::Runtime& runtime() { return *runtime_; }
  // Where commands go: this process's engine, or through Kafka. Not with Access::read.
  engine::CaseCommands& commands();
  keys::Vault& vault() { return *vault_; }
  // Null where there is no config/registry, and where a reader finds none. A server
  // has it from the beginning; others open it when they ask for it first, from one thread.
  Registry* registry();

  engine::RuntimeSnapshot snapshot() const;
  // With [kafka]: figures of the cluster for /metrics, and partitions that this instance decides.
  const Cluster* cluster() const { return cluster_.get(); }
  // Why it should get no requests now; nothing when it may.
  std::optional<std::string> not_ready() const;

  // Called after each durable batch, on the committer's thread: must be quick. One listener; an
  // empty one ends it.
  void on_commit(std::function<void()> listener);

  // Waits until the text index has taken what is in the log now; false at the deadline.
  bool wait_for_text(std::chrono::steady_clock::time_point deadline);

  // Takes no more commands, finishes, closes. At most `deadline`.
  void stop(std::chrono::milliseconds deadline);

 private:
  explicit Node(Settings settings);
  std::expected<void, std::string> open_stores(Access access);
  std::expected<void, std::string> open_log(bool reads);
  std::expected<void, std::string> start_runtime(Access access);
  std::expected<void, std::string> start_local(Access access);
  std::expected<void, std::string> open_registry();
  void committed();

  Settings settings_;
  Access access_ = Access::read;
  bool asked_for_registry_ = false;
  engine::Definitions definitions_;
  Principals principals_;
  std::unique_ptr<engine::IdSource> ids_;
  std::unique_ptr<events::EventLog> log_;
  std::unique_ptr<projections::ViewStore> views_;
  std::unique_ptr<text_search::TextIndex> text_;
  std::unique_ptr<keys::Vault> vault_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<DutyWatch> duty_watch_;  // of a server
  std::unique_ptr<engine::Runtime> runtime_;
  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<TextFollower> text_follower_;  // reads log_, writes text_: ends before both
  std::mutex listeners_mutex_;
  std::function<void()> on_commit_;
};

}  // namespace huiyin::node
