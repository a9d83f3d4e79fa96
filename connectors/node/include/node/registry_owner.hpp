// The registry's writer in a cluster. Its log is one topic of one partition, and changes are few:
// whoever has a command takes the partition over, which fences whoever had it, decides on what the
// topic then holds, and keeps it while commands come. So every instance takes
// commands, and there is never more than one that can write (ADR 20).
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/registry_kind.hpp"
#include "kafka/kafka_log.hpp"

namespace huiyin::node {

class RegistryOwner final : public engine::CommandPort<engine::RegistryCommand> {
 public:
  // Something that somebody should look at; may be said again and again. Any thread.
  using Problem = std::function<void(std::string_view detail)>;

  // Brings mirror and store up to the topic's end, and follows it from then on. All arguments
  // outlive it. An error is a sentence.
  static std::expected<std::unique_ptr<RegistryOwner>, std::string> start(
      kafka::KafkaLog& log, projections::RegistryStore& store, const engine::RegistryRules& rules,
      engine::IdSource& ids, engine::ProcessorOptions options, Problem problem);
  ~RegistryOwner() override;  // stops

  // Decides on the newest facts, whatever the command brought. Blocks, for seconds where another
  // instance writes or a broker is away: never on an I/O thread. Thread-safe.
  engine::Answer execute(const engine::RegistryCommand& command);

  // Answers before it returns.
  std::expected<void, engine::RuntimeError> submit(engine::RegistryCommand command,
                                                   std::uint64_t token, engine::AnswerSink& sink,
                                                   std::size_t bytes) override;
  std::expected<void, engine::RuntimeError> submit_own(engine::RegistryCommand command,
                                                       std::uint64_t token,
                                                       engine::AnswerSink& sink) override;

  // Gives the partition back.
  void stop(std::chrono::milliseconds deadline);

 private:
  RegistryOwner(kafka::KafkaLog& log, projections::RegistryStore& store,
                const engine::RegistryRules& rules, engine::IdSource& ids,
                engine::ProcessorOptions options, Problem problem);

  using Writer = std::shared_ptr<engine::RegistryProcessor>;
  // The writer of the partition that is owned here now, made if need be.
  std::expected<Writer, std::string> writer();
  void follow(const std::stop_token& stop);
  // Where another instance has taken over: this one only reads from then on. Under the lock.
  void let_go();

  kafka::KafkaLog& log_;
  projections::RegistryStore& store_;
  const engine::RegistryRules& rules_;
  engine::IdSource& ids_;
  const engine::ProcessorOptions options_;
  const Problem problem_;

  std::mutex mutex_;  // of the next; while there is a writer, it alone writes the store
  Writer writer_;
  int active_ = 0;  // commands under way
  std::chrono::steady_clock::time_point used_;
  std::mutex grown_mutex_;
  std::condition_variable_any grown_;
  bool has_grown_ = true;
  std::atomic<bool> stopping_ = false;
  std::jthread follower_;  // last: it uses the others
};

}  // namespace huiyin::node
