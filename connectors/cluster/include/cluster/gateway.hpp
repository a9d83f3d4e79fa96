// Commands on their way through Kafka: to the topic of commands, and the answers back from the
// topic of outcomes.
//
//   submit ──> PREFIX.commands, partition of the case ──> whoever owns it
//   sink   <── PREFIX.outcomes, same partition, by the gateway's id and the command's number
//
// A command that was taken is answered once: by its outcome, or `timeout` when none came in time.
// Then nobody knows; the same command id gives the true outcome later. Outcomes of a gateway that
// is gone reach nobody.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>

#include "engine/command_port.hpp"
#include "events/position.hpp"
#include "kafka/error.hpp"
#include "kafka/settings.hpp"

namespace huiyin::cluster {

struct GatewayLimits {
  std::size_t pending_commands = 16'384;  // beyond it, 429
  std::chrono::milliseconds patience{10'000};
  std::chrono::milliseconds connect_patience{30'000};  // longer than an election
};

struct GatewayFigures {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t failed = 0;  // the cluster did not take them
  std::uint64_t pending = 0;
};

class Gateway final : public engine::CaseCommands {
 public:
  // Waits until it knows where the outcomes end. `id` tells gateways apart: a fresh one at every
  // start.
  static std::expected<std::unique_ptr<Gateway>, kafka::Error> start(
      const kafka::KafkaSettings& settings, events::Partition partitions, std::string id,
      GatewayLimits limits = {});
  ~Gateway() override;  // answers what is pending `timeout`

  std::expected<void, engine::RuntimeError> submit(engine::Command command, std::uint64_t token,
                                                   engine::AnswerSink& sink,
                                                   std::size_t bytes = 1024) override;
  std::expected<void, engine::RuntimeError> submit_own(engine::Command command, std::uint64_t token,
                                                       engine::AnswerSink& sink) override;

  // What this sink has pending is answered no more; it may go when this returns.
  void forget(const engine::AnswerSink& sink);

  GatewayFigures figures() const;
  // Takes no more, and waits for what is pending, until the deadline.
  void stop(std::chrono::milliseconds deadline);

 private:
  class Parts;
  explicit Gateway(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace huiyin::cluster
