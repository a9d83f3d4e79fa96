#include "kafka/client.hpp"

#include <array>

#include "errors.hpp"

namespace huiyin::kafka {

// The callbacks' home: at one place for as long as the handle lives, which goes first.
struct Client::State {
  struct DestroyHandle {
    void operator()(rd_kafka_t* object) const noexcept { rd_kafka_destroy(object); }
  };

  std::function<void(LogLevel, std::string_view)> on_log;
  std::function<void(const rd_kafka_message_s&)> on_delivery;
  std::function<void(int, rd_kafka_topic_partition_list_s&)> on_rebalance;
  std::unique_ptr<rd_kafka_t, DestroyHandle> handle;
};

namespace {

// syslog's numbers.
LogLevel level_of(int level) {
  if (level <= 3) return LogLevel::error;
  if (level == 4) return LogLevel::warning;
  return level <= 6 ? LogLevel::info : LogLevel::debug;
}

Error refused(const std::string& name, const std::string& words) {
  return {.kind = ErrorClass::other,
          .code = RD_KAFKA_RESP_ERR__INVALID_ARG,
          .name = rd_kafka_err2name(RD_KAFKA_RESP_ERR__INVALID_ARG),
          .detail = name + ": " + words};
}

std::optional<Error> set(rd_kafka_conf_t& configuration, const std::string& name,
                         const Property& property) {
  std::array<char, 512> words{};
  const auto result = rd_kafka_conf_set(&configuration, name.c_str(), property.value.c_str(),
                                        words.data(), words.size());
  if (result == RD_KAFKA_CONF_OK) return std::nullopt;
  return refused(name, property.secret ? "librdkafka does not take its value" : words.data());
}

std::optional<Error> fill(rd_kafka_conf_t& configuration, const KafkaSettings& settings,
                          const ClientOptions& options) {
  for (const auto& [name, value] : options.defaults) {
    if (auto error = set(configuration, name, {value})) return error;
  }
  for (const auto& [name, property] : settings.properties) {
    if (auto problem = property_problem(name, property))
      return refused("kafka.properties." + name, *problem);
    if (auto error = set(configuration, name, property)) return error;
  }
  for (const auto& [name, value] : options.fixed) {
    if (auto error = set(configuration, name, {value})) return error;
  }
  return set(configuration, "bootstrap.servers", {settings.bootstrap});
}

}  // namespace

std::expected<Client, Error> Client::make(const KafkaSettings& settings, ClientOptions options) {
  Configuration configuration(rd_kafka_conf_new());
  options.defaults.emplace_back("client.id", "huiyin");
  // Nagle's algorithm costs 40 ms a transaction; librdkafka turned it off in 2.10.
  options.defaults.emplace_back("socket.nagle.disable", "true");
  // The usual ten seconds would outlast what a broker needs to come back.
  options.defaults.emplace_back("reconnect.backoff.max.ms", "1000");
  if (auto error = fill(*configuration, settings, options)) return std::unexpected(*error);

  auto state = std::make_unique<State>();
  state->on_log = settings.on_log;
  state->on_delivery = std::move(options.on_delivery);
  rd_kafka_conf_set_opaque(configuration.get(), state.get());
  rd_kafka_conf_set_log_cb(configuration.get(), [](const rd_kafka_t* handle, int level,
                                                   const char* facility, const char* words) {
    const auto* own = static_cast<const State*>(rd_kafka_opaque(handle));
    if (own == nullptr || !own->on_log) return;
    // Properties go to producers and consumers alike, and each does not know some of the other's.
    const bool known = std::string_view(facility) == "CONFWARN";
    own->on_log(known ? LogLevel::debug : level_of(level), std::string(facility) + " " + words);
  });
  if (options.kind == ClientKind::producer) {
    // Registered even where nobody listens: without it every commit takes 10 ms more (librdkafka
    // 2.0.2 polls in steps and wakes up for reports alone).
    rd_kafka_conf_set_dr_msg_cb(configuration.get(),
                                [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
                                  const auto* own = static_cast<const State*>(opaque);
                                  if (own->on_delivery) own->on_delivery(*message);
                                });
  }
  if (options.on_rebalance) {
    state->on_rebalance = std::move(options.on_rebalance);
    rd_kafka_conf_set_rebalance_cb(
        configuration.get(),
        [](rd_kafka_t*, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions,
           void* opaque) { static_cast<const State*>(opaque)->on_rebalance(code, *partitions); });
  }
  std::array<char, 512> words{};
  rd_kafka_t* made =
      rd_kafka_new(options.kind == ClientKind::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER,
                   configuration.get(), words.data(), words.size());
  if (made == nullptr) return std::unexpected(refused("kafka", words.data()));
  [[maybe_unused]] const auto* const given = configuration.release();  // the handle's from now on
  state->handle.reset(made);
  // One queue for all that a consumer hears, served by its poll.
  if (options.kind == ClientKind::consumer) rd_kafka_poll_set_consumer(made);
  return Client(std::move(state));
}

Client::Client(std::unique_ptr<State> state) : state_(std::move(state)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

rd_kafka_s* Client::handle() const { return state_->handle.get(); }

}  // namespace huiyin::kafka
