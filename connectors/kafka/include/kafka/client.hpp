// One librdkafka handle: a producer or a consumer. Third-party headers stay in the .cpp files.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/error.hpp"
#include "kafka/settings.hpp"

// NOLINTBEGIN(readability-identifier-naming): librdkafka's rd_kafka_t and rd_kafka_message_t
struct rd_kafka_s;
struct rd_kafka_message_s;
// NOLINTEND(readability-identifier-naming)

namespace huiyin::kafka {

enum class ClientKind : std::uint8_t { producer, consumer };

using Properties = std::vector<std::pair<std::string, std::string>>;

struct ClientOptions {
  ClientKind kind = ClientKind::consumer;
  Properties defaults;  // the settings' properties win over these
  Properties fixed;     // and these over the settings
  // Of producers: called for every message that was delivered or was not, from the thread that
  // polls, flushes, commits or aborts.
  std::function<void(const rd_kafka_message_s&)> on_delivery;
};

// Movable. The handle may be used from any thread, as librdkafka's may. Destroying waits for
// librdkafka's threads; an open transaction is left to the broker (time-out, or the next producer
// of its id).
class Client {
 public:
  // Does not wait for a broker. `other` with a detail that names the property that is refused.
  static std::expected<Client, Error> make(const KafkaSettings& settings, ClientOptions options);

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  rd_kafka_s* handle() const;

 private:
  struct State;
  explicit Client(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace huiyin::kafka
