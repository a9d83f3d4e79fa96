// Where commands go: the processor of this process, or through Kafka to whoever owns the case's
// partition.
#pragma once

#include <cstdint>
#include <expected>

#include "engine/command.hpp"
#include "engine/outcome.hpp"

namespace huiyin::engine {

template <class Command>
class CommandPort {
 public:
  virtual ~CommandPort() = default;

  // Takes a command, or says at once why not: `queue_full` or `stopping`. A taken one is answered
  // exactly once, with `token`, to `sink`. `bytes` is the size of the body as it was sent.
  // Thread-safe.
  virtual std::expected<void, RuntimeError> submit(Command command, std::uint64_t token,
                                                   AnswerSink& sink, std::size_t bytes = 1024) = 0;
  // The same for the engine's own work, which goes before that of others and has a bound of its
  // own.
  virtual std::expected<void, RuntimeError> submit_own(Command command, std::uint64_t token,
                                                       AnswerSink& sink) = 0;
};

using CaseCommands = CommandPort<Command>;

}  // namespace huiyin::engine
