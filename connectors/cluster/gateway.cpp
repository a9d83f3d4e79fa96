#include "cluster/gateway.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "crypto/uuid.hpp"
#include "engine/transport.hpp"
#include "errors.hpp"
#include "feed.hpp"
#include "kafka/topics.hpp"
#include "projections/rebuild.hpp"
#include "records.hpp"

namespace huiyin::cluster {
namespace {

using Clock = std::chrono::steady_clock;
using engine::RuntimeError;
using engine::RuntimeErrorCode;

constexpr std::chrono::milliseconds poll_step{100};  // how late a time-out or a stop is noticed

}  // namespace

class Gateway::Parts {
 public:
  Parts(const kafka::KafkaSettings& settings, events::Partition partitions, std::string id,
        GatewayLimits limits)
      : settings_(settings),
        partitions_(partitions),
        id_(std::move(id)),
        limits_(limits),
        commands_topic_(kafka::topic_name(settings, kafka::Topic::commands)) {}

  ~Parts() {
    stop(std::chrono::milliseconds(0));
    stopping_ = true;
    if (reporting_.joinable()) reporting_.join();
    if (listening_.joinable()) listening_.join();
    sweep(Clock::time_point::max());  // all of them
  }

  std::expected<void, kafka::Error> start() {
    auto producer = kafka::Client::make(
        settings_,
        {.kind = kafka::ClientKind::producer,
         .defaults = {{"linger.ms", "1"},
                      {"compression.type", "lz4"},
                      {"message.timeout.ms", std::to_string(limits_.patience.count())}},
         .fixed = {{"enable.idempotence", "true"}, {"acks", "all"}},
         .on_delivery = [this](const rd_kafka_message_t& message) { reported(message); }});
    if (!producer) return std::unexpected(producer.error());
    producer_.emplace(std::move(*producer));
    auto outcomes =
        kafka::Feed::open(settings_, kafka::topic_name(settings_, kafka::Topic::outcomes),
                          kafka::Isolation::committed, poll_step);
    if (!outcomes) return std::unexpected(outcomes.error());
    outcomes_.emplace(std::move(*outcomes));
    // From where they end now: nothing of ours can be before that.
    std::vector<kafka::FeedStart> starts;
    for (events::Partition partition = 0; partition < partitions_; ++partition) {
      const auto end = outcomes_->end(partition, limits_.connect_patience);
      if (!end) return std::unexpected(end.error());
      starts.push_back({partition, *end});
    }
    if (auto assigned = outcomes_->assign(starts); !assigned) return assigned;
    reporting_ = std::thread([this] { report(); });
    listening_ = std::thread([this] { listen(); });
    return {};
  }

  std::expected<void, RuntimeError> send(engine::Command command, std::uint64_t token,
                                         engine::AnswerSink& sink, bool own) {
    if (closed_) return refuse(RuntimeErrorCode::stopping, "the server is stopping");
    // Delivered again after a crash, every command must be known again by its id.
    if (!projections::can_repeat(command.id)) {
      const std::string_view once = command.id;
      command.id = crypto::uuid_v8(std::span(&once, 1));
    }
    std::string value;
    engine::append_json(value, command);
    std::uint64_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      if (!own && pending_.size() >= limits_.pending_commands)
        return refuse(RuntimeErrorCode::queue_full, "too many commands wait for their outcome");
      number = next_number_++;
      pending_.emplace(number, Pending{&sink, token, Clock::now() + limits_.patience});
    }
    const auto code = produce(command.case_id, value, number);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++sent_;
      return {};
    }
    const std::lock_guard lock(mutex_);
    if (pending_.erase(number) == 0) return {};  // timed out meanwhile, and answered
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
      return refuse(RuntimeErrorCode::queue_full, "too many commands wait for the cluster");
    return refuse(RuntimeErrorCode::unavailable, rd_kafka_err2str(code));
  }

  void forget(const engine::AnswerSink& sink) {
    const std::lock_guard delivering(delivering_);
    const std::lock_guard lock(mutex_);
    std::erase_if(pending_, [&](const auto& one) { return one.second.sink == &sink; });
    if (pending_.empty()) emptied_.notify_all();
  }

  GatewayFigures figures() const {
    const std::lock_guard lock(mutex_);
    return {sent_, answered_, timed_out_, failed_, pending_.size()};
  }

  void stop(std::chrono::milliseconds deadline) {
    closed_ = true;
    std::unique_lock lock(mutex_);
    emptied_.wait_for(lock, deadline, [this] { return pending_.empty(); });
  }

 private:
  struct Pending {
    engine::AnswerSink* sink = nullptr;
    std::uint64_t token = 0;
    Clock::time_point deadline;
  };

  static std::unexpected<RuntimeError> refuse(RuntimeErrorCode code, std::string detail) {
    return std::unexpected(RuntimeError{code, std::move(detail)});
  }

  rd_kafka_resp_err_t produce(const std::string& case_id, const std::string& value,
                              std::uint64_t number) {
    const std::string text = std::to_string(number);
    kafka::Headers headers(rd_kafka_headers_new(2));
    rd_kafka_header_add(headers.get(), gateway_header, -1, id_.data(),
                        static_cast<ssize_t>(id_.size()));
    rd_kafka_header_add(headers.get(), number_header, -1, text.data(),
                        static_cast<ssize_t>(text.size()));
    const auto partition = events::partition_of(case_id, partitions_);
    const auto code = rd_kafka_producev(
        producer_->handle(), RD_KAFKA_VTYPE_TOPIC, commands_topic_.c_str(),
        RD_KAFKA_VTYPE_PARTITION, static_cast<std::int32_t>(partition), RD_KAFKA_VTYPE_KEY,
        case_id.data(), case_id.size(), RD_KAFKA_VTYPE_VALUE, value.data(), value.size(),
        RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY, RD_KAFKA_VTYPE_HEADERS, headers.get(),
        // The delivery report knows the command by its number.
        RD_KAFKA_VTYPE_OPAQUE,
        reinterpret_cast<void*>(number),  // NOLINT(performance-no-int-to-ptr)
        RD_KAFKA_VTYPE_END);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) static_cast<void>(headers.release());
    return code;
  }

  // Answers the command, unless somebody already has.
  void answer(std::uint64_t number, engine::Answer answer, std::uint64_t& count) {
    const std::lock_guard delivering(delivering_);
    Pending pending;
    {
      const std::lock_guard lock(mutex_);
      const auto found = pending_.find(number);
      if (found == pending_.end()) return;
      pending = found->second;
      pending_.erase(found);
      ++count;
      if (pending_.empty()) emptied_.notify_all();
    }
    engine::Answered one{pending.token, std::move(answer)};
    pending.sink->answered({&one, 1});
  }

  void reported(const rd_kafka_message_t& message) {
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    const auto number = reinterpret_cast<std::uint64_t>(message._private);
    answer(number,
           RuntimeError{RuntimeErrorCode::unavailable,
                        std::string("the cluster did not confirm it (") +
                            rd_kafka_err2str(message.err) + "): repeat it with the same key"},
           failed_);
  }

  void report() {
    while (!stopping_) rd_kafka_poll(producer_->handle(), static_cast<int>(poll_step.count()));
  }

  void listen() {
    events::json::Parser parser;
    auto next_sweep = Clock::now();
    while (!stopping_) {
      const auto message = outcomes_->poll(poll_step);
      if (message && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) take(parser, *message);
      if (const auto now = Clock::now(); now >= next_sweep) {
        sweep(now);
        next_sweep = now + poll_step;
      }
    }
  }

  void take(events::json::Parser& parser, const rd_kafka_message_t& message) {
    if (header_of(message, gateway_header) != id_) return;
    const auto number = number_in(header_of(message, number_header));
    if (!number) return;
    auto outcome = engine::read_answer(parser, value_of(message));
    if (!outcome) {
      outcome =
          RuntimeError{RuntimeErrorCode::timeout, "the outcome cannot be read: " + outcome.error()};
    }
    answer(*number, std::move(*outcome), answered_);
  }

  void sweep(Clock::time_point now) {
    std::vector<std::uint64_t> late;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& [number, pending] : pending_) {
        if (pending.deadline <= now) late.push_back(number);
      }
    }
    for (const std::uint64_t number : late) {
      answer(number,
             RuntimeError{RuntimeErrorCode::timeout,
                          "no outcome came in time: repeat it with the same key"},
             timed_out_);
    }
  }

  const kafka::KafkaSettings settings_;
  const events::Partition partitions_;
  const std::string id_;
  const GatewayLimits limits_;
  const std::string commands_topic_;

  // Held while a sink is called, so that one can be taken away. A sink may submit meanwhile.
  std::mutex delivering_;
  mutable std::mutex mutex_;  // of the next three
  std::condition_variable emptied_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::uint64_t next_number_ = 1;
  std::uint64_t answered_ = 0, timed_out_ = 0, failed_ = 0;  // likewise
  std::atomic<std::uint64_t> sent_ = 0;
  std::atomic<bool> closed_ = false, stopping_ = false;

  std::optional<kafka::Client> producer_;
  std::optional<kafka::Feed> outcomes_;
  std::thread reporting_, listening_;
};

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gateway::~Gateway() = default;

std::expected<std::unique_ptr<Gateway>, kafka::Error> Gateway::start(
    const kafka::KafkaSettings& settings, events::Partition partitions, std::string id,
    GatewayLimits limits) {
  auto parts = std::make_unique<Parts>(settings, partitions, std::move(id), limits);
  if (auto started = parts->start(); !started) return std::unexpected(started.error());
  return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

std::expected<void, RuntimeError> Gateway::submit(engine::Command command, std::uint64_t token,
                                                  engine::AnswerSink& sink, std::size_t /*bytes*/) {
  return parts_->send(std::move(command), token, sink, false);
}

std::expected<void, RuntimeError> Gateway::submit_own(engine::Command command, std::uint64_t token,
                                                      engine::AnswerSink& sink) {
  return parts_->send(std::move(command), token, sink, true);
}

GatewayFigures Gateway::figures() const { return parts_->figures(); }
void Gateway::forget(const engine::AnswerSink& sink) { parts_->forget(sink); }
void Gateway::stop(std::chrono::milliseconds deadline) { parts_->stop(deadline); }

}  // namespace huiyin::cluster
