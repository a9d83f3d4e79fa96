#include "transaction.hpp"

#include <algorithm>

#include "log_errors.hpp"
#include "wire.hpp"

namespace huiyin::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using events::format_position;
using events::LogError;
using events::LogErrorCode;

// After a record that a broker refused, the next transaction fails once more (a gap in the
// producer's sequence numbers), and the one after it succeeds.
constexpr int attempts = 3;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

std::expected<void, LogError> KafkaLog::Transaction::check() {
  if (auto ordered = check_order(); !ordered) return ordered;
  if (!extras_.command_offsets.empty() && extras_.command_offsets.size() != records_.size()) {
    return std::unexpected(
        LogError{LogErrorCode::aborted, "command offsets must be as many as events, or none"});
  }
  std::uint64_t bytes = 0;
  views_.reserve(records_.size());
  for (const auto& record : records_) {
    const auto view = events::decode_frame(record.frame);
    const std::string name = format_position(record.position);
    if (!view) return std::unexpected(LogError{LogErrorCode::corrupt, name + ": " + view.error()});
    if (view->envelope.sequence != record.position.sequence ||
        !survives_the_wire(record.frame, *view)) {
      return std::unexpected(LogError{
          LogErrorCode::corrupt, name + ": its attributes are not those that a topic can carry"});
    }
    views_.push_back(*view);
    bytes += record.frame.size();
  }
  // Kafka would take what this machine cannot.
  return state_.mirror->log().room_for(bytes);
}

std::expected<void, LogError> KafkaLog::Transaction::check_order() const {
  const auto& log = state_.mirror->log();
  std::vector<events::Sequence> ends(log.partitions());
  for (events::Partition p = 0; p < log.partitions(); ++p) ends[p] = log.end(p);
  for (const auto& record : records_) {
    const auto [partition, sequence] = record.position;
    if (partition >= ends.size()) {
      return std::unexpected(LogError{LogErrorCode::gap, format_position(record.position) +
                                                             ": this log has partitions 0 to " +
                                                             std::to_string(ends.size() - 1)});
    }
    if (!state_.owners[partition].owned) {
      return std::unexpected(
          LogError{LogErrorCode::fenced,
                   "partition " + std::to_string(partition) + " is not taken over here"});
    }
    if (sequence != ends[partition] + 1) {
      return std::unexpected(
          LogError{LogErrorCode::gap, format_position(record.position) + " does not continue " +
                                          format_position({partition, ends[partition]})});
    }
    ends[partition] = sequence;
  }
  return {};
}

std::expected<void, LogError> KafkaLog::Transaction::run() {
  const auto begun = Clock::now();
  for (int number = 1;; ++number) {
    const auto done = attempt();
    if (done) break;
    const auto& [end, error] = done.error();
    ++state_.counters.aborts;
    if (end == End::lost) {
      if (error.fenced()) ++state_.counters.fences;
      state_.drop(owner_);
      return std::unexpected(to_log_error(error));
    }
    const bool again = error.kind == ErrorClass::abortable && !error.rebalanced();
    if (!again || number == attempts)
      return std::unexpected(LogError{LogErrorCode::aborted, to_text(error)});
  }
  ++state_.counters.transactions;
  state_.counters.transaction_microseconds += static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun).count());
  return into_mirror();
}

std::expected<void, KafkaLog::Transaction::Failure> KafkaLog::Transaction::attempt() {
  owner_.delivered.assign(state_.owners.size(), no_offset);
  if (const auto begun = owner_.producer->begin(); !begun)
    return std::unexpected(Failure{End::lost, begun.error()});
  if (const auto sent = send(); !sent) return std::unexpected(abort_after(sent.error()));
  const auto committed = owner_.producer->commit(state_.options.commit_patience);
  if (committed) return {};
  if (committed.error().kind == ErrorClass::abortable)
    return std::unexpected(abort_after(committed.error()));
  // Retriable and out of time, fatal, or of no class: the commit may have gone through.
  return std::unexpected(Failure{End::lost, committed.error()});
}

KafkaLog::Transaction::Failure KafkaLog::Transaction::abort_after(const Error& error) {
  if (error.kind == ErrorClass::fatal) return {End::lost, error};
  const auto aborted = owner_.producer->abort(state_.options.commit_patience);
  if (aborted) return {End::aborted, error};
  return {End::lost, aborted.error()};
}

std::expected<void, Error> KafkaLog::Transaction::send() {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    if (auto sent = send_event(i); !sent) return sent;
  }
  for (const ExtraRecord& extra : extras_.records) {
    if (auto sent = send_extra(extra); !sent) return sent;
  }
  if (extras_.consumed.empty()) return {};
  return owner_.producer->send_offsets(extras_.consumed, extras_.consumer,
                                       state_.options.commit_patience);
}

std::int64_t KafkaLog::Transaction::command_offset(std::size_t index) const {
  return extras_.command_offsets.empty() ? no_offset : extras_.command_offsets[index];
}

std::expected<void, Error> KafkaLog::Transaction::send_event(std::size_t index) {
  const auto& view = views_[index];
  const events::Partition partition = records_[index].position.partition;
  const std::int64_t from = command_offset(index);
  // Not later than now: brokers of Kafka 4 refuse records from the future, and clocks differ.
  const std::int64_t time = view.envelope.time.time_since_epoch().count();
  return owner_.producer->produce(
      {.topic = state_.topic,
       .partition = partition,
       .key = view.envelope.subject,
       .value = view.data,
       .timestamp_ms = std::min(time, now_ms()),
       .headers = to_headers(view.envelope, from < 0 ? std::nullopt : std::optional(from)),
       .delivered = &owner_.delivered[partition]},
      state_.options.commit_patience);
}

std::expected<void, Error> KafkaLog::Transaction::send_extra(const ExtraRecord& extra) {
  Headers headers(rd_kafka_headers_new(extra.headers.size()));
  for (const auto& [name, value] : extra.headers) {
    rd_kafka_header_add(headers.get(), name.c_str(), static_cast<ssize_t>(name.size()),
                        value.data(), static_cast<ssize_t>(value.size()));
  }
  return owner_.producer->produce(
      {.topic = extra.topic,
       .partition = extra.partition,
       .key = extra.key,
       .value = extra.value ? std::optional<std::string_view>(*extra.value) : std::nullopt,
       .headers = std::move(headers)},
      state_.options.commit_patience);
}

std::expected<void, LogError> KafkaLog::Transaction::into_mirror() {
  std::vector<Incoming> records(records_.size());
  std::vector<bool> later(state_.owners.size());  // has a later record in this batch
  for (std::size_t i = records_.size(); i-- > 0;) {
    const auto [partition, sequence] = records_[i].position;
    const std::int64_t from = command_offset(i);
    records[i].partition = partition;
    records[i].offset = later[partition] ? no_offset : owner_.delivered[partition];
    records[i].event = {.sequence = sequence,
                        .command_offset = from < 0 ? std::nullopt : std::optional(from),
                        .frame = records_[i].frame};
    later[partition] = true;
  }
  const auto taken = state_.mirror->take(records);
  if (taken && taken->refused.empty()) return {};
  // It is in Kafka, but whoever reads here would miss it: only a new take-over brings both
  // together.
  state_.drop(owner_);
  const LogError& error = taken ? taken->refused.front().second : taken.error();
  return std::unexpected(
      LogError{LogErrorCode::unavailable, "committed, but not in the mirror: " + error.detail});
}

}  // namespace huiyin::kafka
