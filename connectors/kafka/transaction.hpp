// One batch on its way into Kafka.
#pragma once

#include "state.hpp"

namespace huiyin::kafka {

class KafkaLog::Transaction {
 public:
  Transaction(State& state, Owner& owner, std::span<const events::LogRecord> records,
              const TransactionExtras& extras)
      : state_(state), owner_(owner), records_(records), extras_(extras) {}

  // Everything that can be refused before anything is sent.
  std::expected<void, events::LogError> check();
  std::expected<void, events::LogError> run();

 private:
  enum class End : std::uint8_t { aborted, lost };
  struct Failure {
    End end;
    Error error;
  };

  std::expected<void, events::LogError> check_order() const;
  std::expected<void, Failure> attempt();
  std::expected<void, Error> send();
  std::expected<void, Error> send_event(std::size_t index);
  std::expected<void, Error> send_extra(const ExtraRecord& extra);
  Failure abort_after(const Error& error);
  std::expected<void, events::LogError> into_mirror();
  std::int64_t command_offset(std::size_t index) const;

  State& state_;
  Owner& owner_;
  std::span<const events::LogRecord> records_;
  const TransactionExtras& extras_;
  std::vector<events::FrameView> views_;
};

}  // namespace huiyin::kafka
