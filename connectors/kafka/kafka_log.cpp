#include "kafka/kafka_log.hpp"

#include <array>

#include "admin.hpp"
#include "catch_up.hpp"
#include "log_errors.hpp"
#include "state.hpp"
#include "transaction.hpp"

namespace huiyin::kafka {
namespace {

using events::LogError;
using events::LogErrorCode;
using events::Partition;
using events::Sequence;

// How long a broker may hold an empty fetch of the follower.
constexpr Feed::Milliseconds follower_idle{100};

std::unexpected<LogError> refuse(LogErrorCode code, std::string detail) {
  return std::unexpected(LogError{code, std::move(detail)});
}

std::expected<Partition, LogError> partitions_of(const KafkaSettings& settings,
                                                 const KafkaLogOptions& options,
                                                 const std::string& topic) {
  const auto admin = Admin::connect(settings, options.connect_patience);
  if (!admin) return std::unexpected(to_log_error(admin.error()));
  const auto topics = admin->describe(std::array{topic});
  if (!topics) return std::unexpected(to_log_error(topics.error()));
  const auto found = topics->find(topic);
  if (found == topics->end()) {
    return refuse(LogErrorCode::missing, "there is no topic " + topic + " at " +
                                             settings.bootstrap +
                                             ": `huiyin topics create` makes it");
  }
  const int count = found->second.partitions;
  if (options.partitions != 0 && count != options.partitions) {
    return refuse(LogErrorCode::unavailable, topic + " has " + std::to_string(count) +
                                                 " partitions; asked for " +
                                                 std::to_string(options.partitions));
  }
  if (count < 1 || count > local_log::max_partitions)
    return refuse(LogErrorCode::unavailable, topic + " has too many partitions");
  return static_cast<Partition>(count);
}

}  // namespace

std::expected<std::unique_ptr<KafkaLog>, LogError> KafkaLog::open(KafkaSettings settings,
                                                                  KafkaLogOptions options) {
  auto state = std::make_unique<State>();
  state->topic = topic_name(settings, options.topic);
  const auto count = partitions_of(settings, options, state->topic);
  if (!count) return std::unexpected(count.error());
  auto mirror = Mirror::open(options.mirror, *count, state->topic);
  if (!mirror) return std::unexpected(mirror.error());
  auto probe = Feed::open(settings, state->topic, Isolation::uncommitted, follower_idle);
  if (!probe) return std::unexpected(to_log_error(probe.error()));
  state->mirror = std::move(*mirror);
  state->probe.emplace(std::move(*probe));
  for (Partition p = 0; p < *count; ++p) state->owners.emplace_back();
  state->settings = std::move(settings);
  state->options = std::move(options);
  return std::unique_ptr<KafkaLog>(new KafkaLog(std::move(state)));
}

std::expected<void, LogError> KafkaLog::State::restore(Partition partition,
                                                       const std::function<bool()>& stop) {
  const auto restored = kafka::catch_up({.settings = settings,
                                         .topic = topic,
                                         .mirror = *mirror,
                                         .probe = *probe,
                                         .stall_patience = options.stall_patience,
                                         .stop = stop},
                                        partition);
  if (!restored) return std::unexpected(restored.error());
  counters.restored_events += *restored;
  return {};
}

KafkaLog::KafkaLog(std::unique_ptr<State> state) : state_(std::move(state)) {}
KafkaLog::~KafkaLog() = default;

Partition KafkaLog::partitions() const { return state_->mirror->log().partitions(); }
Sequence KafkaLog::end(Partition partition) const { return state_->mirror->log().end(partition); }
std::unique_ptr<events::LogReader> KafkaLog::read(Partition partition, Sequence from) const {
  return state_->mirror->log().read(partition, from);
}
std::expected<std::string, LogError> KafkaLog::get(events::Position position) const {
  return state_->mirror->log().get(position);
}

std::expected<void, LogError> KafkaLog::follow(std::vector<Partition> partitions,
                                               FollowListener listener) {
  for (const Partition p : partitions) {
    if (p >= this->partitions())
      return refuse(LogErrorCode::missing, "there is no partition " + std::to_string(p));
  }
  if (state_->follower) return refuse(LogErrorCode::unavailable, "it follows already");
  auto feed = Feed::open(state_->settings, state_->topic, Isolation::committed, follower_idle);
  if (!feed) return std::unexpected(to_log_error(feed.error()));
  state_->follower = std::make_unique<Follower>(
      std::move(*feed), *state_->mirror, std::move(partitions),
      [state = state_.get()](Partition p) { return state->owners[p].owned.load(); },
      std::move(listener));
  return {};
}

void KafkaLog::end_follow() { state_->follower.reset(); }

std::optional<std::uint64_t> KafkaLog::behind() const {
  return state_->follower ? state_->follower->behind() : std::optional<std::uint64_t>(0);
}

std::expected<void, LogError> KafkaLog::catch_up(Partition partition,
                                                 const std::function<bool()>& stop) {
  if (partition >= partitions())
    return refuse(LogErrorCode::missing, "there is no partition " + std::to_string(partition));
  const auto restored = state_->restore(partition, stop);
  if (!restored) return std::unexpected(restored.error());
  return {};
}

std::expected<void, LogError> KafkaLog::take_over(Partition partition,
                                                  const std::function<bool()>& stop) {
  if (partition >= partitions())
    return refuse(LogErrorCode::missing, "there is no partition " + std::to_string(partition));
  State& state = *state_;
  Owner& owner = state.owners[partition];
  const std::lock_guard lock(owner.mutex);
  if (owner.producer) return {};

  const std::string id =
      state.settings.prefix + "." + state.options.deployment + "." + std::to_string(partition);
  auto producer = Producer::make(state.settings, id);
  if (!producer) return std::unexpected(to_log_error(producer.error()));
  // First: from here on nothing of the last owner's can appear any more.
  if (const auto fenced = producer->init(state.options.fence_patience, stop); !fenced)
    return std::unexpected(to_log_error(fenced.error()));
  if (const auto restored = state.restore(partition, stop); !restored)
    return std::unexpected(restored.error());
  ++state.counters.take_overs;
  owner.producer = std::make_unique<Producer>(std::move(*producer));
  owner.owned = true;
  if (state.follower) state.follower->refresh();
  return {};
}

void KafkaLog::release(Partition partition) {
  if (partition >= partitions()) return;
  Owner& owner = state_->owners[partition];
  const std::lock_guard lock(owner.mutex);
  if (owner.producer) state_->drop(owner);
}

bool KafkaLog::owns(Partition partition) const {
  return partition < partitions() && state_->owners[partition].owned;
}

std::expected<void, LogError> KafkaLog::append(std::span<const events::LogRecord> records) {
  if (records.empty()) return {};
  return transact(records.front().position.partition, records, {});
}

std::expected<void, LogError> KafkaLog::transact(Partition partition,
                                                 std::span<const events::LogRecord> records,
                                                 const TransactionExtras& extras) {
  if (partition >= partitions()) {
    return refuse(LogErrorCode::gap,
                  "this log has partitions 0 to " + std::to_string(partitions() - 1));
  }
  Owner& owner = state_->owners[partition];
  const std::lock_guard lock(owner.mutex);
  if (!owner.producer) {
    return refuse(LogErrorCode::fenced,
                  "partition " + std::to_string(partition) + " is not taken over here");
  }
  Transaction transaction(*state_, owner, records, extras);
  if (auto fits = transaction.check(); !fits) return fits;
  return transaction.run();
}

std::optional<std::int64_t> KafkaLog::last_command_offset(Partition partition) const {
  if (partition >= partitions()) return std::nullopt;
  const std::int64_t offset = state_->mirror->mark(partition).command_offset;
  return offset < 0 ? std::nullopt : std::optional(offset);
}

KafkaFigures KafkaLog::figures() const {
  const Counters& counters = state_->counters;
  return {.transactions = counters.transactions,
          .transaction_microseconds = counters.transaction_microseconds,
          .aborts = counters.aborts,
          .fences = counters.fences,
          .take_overs = counters.take_overs,
          .restored_events = counters.restored_events,
          .followed_events = state_->follower ? state_->follower->events() : 0};
}

}  // namespace huiyin::kafka
