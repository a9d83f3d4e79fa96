// The registry of one node: its log of one partition, its views, its rules, and what takes its
// commands (DESIGN.md section 7). Below data/registry/; with [kafka] the log there is a mirror of
// the topic, and whoever has a command becomes its writer (registry_owner.hpp).
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/duty_board.hpp"
#include "engine/id_source.hpp"
#include "engine/registry_kind.hpp"
#include "events/event_log.hpp"
#include "node/registry_owner.hpp"
#include "projections/registry_store.hpp"

namespace huiyin::node {

class Registry {
 public:
  struct Options {
    std::filesystem::path directory;  // data/registry
    std::filesystem::path rules;      // config/registry
    std::string source;               // of events
    bool read_only = false;           // beside the process that writes
    // The log is in Kafka. Not for a reader, whom the mirror is enough.
    std::optional<kafka::KafkaSettings> kafka;
    std::string deployment;                      // then: of transactional ids
    std::chrono::milliseconds patience{30'000};  // then: for a broker
    RegistryOwner::Problem problem;              // then
  };
  // Catches up from the log. An error is a sentence for people. Null, without an error: it only
  // reads, and nothing was ever written.
  static std::expected<std::unique_ptr<Registry>, std::string> open(engine::IdSource& ids,
                                                                    Options options);
  ~Registry();  // stops

  // All below is thread-safe.
  const engine::RegistryRules& rules() const { return rules_; }
  const projections::RegistryStore& store() const { return *store_; }
  const events::EventLog& log() const { return *log_; }
  const engine::DutyBoard& duties() const { return board_; }
  // Not of one that only reads. In a cluster they block: on a worker.
  engine::CommandPort<engine::RegistryCommand>& commands();
  engine::Answer execute(engine::RegistryCommand command);
  // Of the embedded log alone: for imports, which keep many commands under way.
  engine::RegistryProcessor& processor() { return *processor_; }

  // The events of one subject as CloudEvents, {"items":[…]}; nothing: no such subject.
  std::expected<std::optional<std::string>, std::string> history_json(std::string_view id) const;

  void stop(std::chrono::milliseconds deadline);

 private:
  Registry(engine::RegistryRules rules, std::unique_ptr<events::EventLog> log,
           std::unique_ptr<projections::RegistryStore> store);

  const engine::RegistryRules rules_;
  std::unique_ptr<events::EventLog> log_;
  std::unique_ptr<projections::RegistryStore> store_;
  engine::DutyBoard board_;
  std::unique_ptr<engine::RegistryProcessor> processor_;
  std::unique_ptr<RegistryOwner> owner_;  // instead, in a cluster
};

// "r:12": the registry's positions, beside "3:1234" of cases.
std::string format_registry_position(events::Sequence sequence);

}  // namespace huiyin::node
