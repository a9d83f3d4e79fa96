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

// NOLINTBEGIN(readability-identifier-naming): librdkafka's own names
struct rd_kafka_s;          // rd_kafka_t
struct rd_kafka_message_s;  // rd_kafka_message_t
struct rd_kafka_topic_partition_list_s;
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
  // Of consumers that join a group: called from the thread that polls or closes, with librdkafka's
  // code; it assigns or unassigns. Empty: librdkafka does so by itself.
  std::function<void(int code, rd_kafka_topic_partition_list_s& partitions)> on_rebalance;
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
