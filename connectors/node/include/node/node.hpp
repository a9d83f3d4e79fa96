// One node, put together: definitions, log, views, text index, keys, processor, timers.
#pragma once

#include <atomic>
#include <chrono>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "engine/definition.hpp"
#include "engine/id_source.hpp"
#include "engine/processor.hpp"
#include "events/event_log.hpp"
#include "keys/vault.hpp"
#include "node/principals.hpp"
#include "node/settings.hpp"
#include "projections/view_store.hpp"
#include "text_search/text_index.hpp"

namespace huiyin::node {

enum class Access : std::uint8_t {
  write,  // the one process that may change anything: serve, demo, import
  read,   // beside it: queries of the command line see what is on disk when they begin
};

class Node {
 public:
  // Opens what is below settings.data (write: makes it), catches up, and with `write` starts the
  // processor. The error is a sentence for the person at the terminal.
  static std::expected<std::unique_ptr<Node>, std::string> open(Settings settings, Access access);
  ~Node();  // stops
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const Settings& settings() const { return settings_; }
  const engine::Definitions& definitions() const { return definitions_; }
  const Principals& principals() const { return principals_; }
  engine::IdSource& ids() { return *ids_; }
  events::EventLog& log() { return *log_; }
  projections::ViewStore& views() { return *views_; }
  text_search::TextIndex& text() { return *text_; }
  // Only with Access::write.
  engine::CaseProcessor& processor() { return *processor_; }
  keys::Vault& vault() { return *vault_; }

  // From now on deadlines fire by the wall clock and follow-ups are sent (serve and demo). An import
  // leaves them to whoever serves next.
  void start_background();

  // Waits until the text index has taken what is in the log now; false at the deadline.
  bool wait_for_text(std::chrono::steady_clock::time_point deadline);

  // Takes no more commands, finishes, closes. At most `deadline`.
  void stop(std::chrono::milliseconds deadline);

 private:
  struct Background;
  explicit Node(Settings settings);
  void index_text(std::stop_token stop);

  Settings settings_;
  engine::Definitions definitions_;
  Principals principals_;
  std::unique_ptr<engine::IdSource> ids_;
  std::unique_ptr<events::EventLog> log_;
  std::unique_ptr<projections::ViewStore> views_;
  std::unique_ptr<text_search::TextIndex> text_;
  std::unique_ptr<keys::Vault> vault_;
  std::unique_ptr<engine::CaseProcessor> processor_;
  std::unique_ptr<Background> background_;
  std::jthread text_thread_;
};

}  // namespace huiyin::node
