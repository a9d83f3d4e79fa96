#include "partition_engine.hpp"

#include "engine/transport.hpp"
#include "errors.hpp"
#include "figures.hpp"
#include "projections/rebuild.hpp"
#include "view_records.hpp"

namespace huiyin::cluster {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds poll_step{50};  // how late a stop or a loss is noticed
constexpr Milliseconds committed_patience{10'000};
constexpr Milliseconds retry_take_over{500};
constexpr Milliseconds runtime_stop{5'000};  // for what it was given to be committed

// A twelfth of a single machine's bounds would do; partitions are rarely busy all at once.
engine::ProcessorLimits limits() {
  engine::ProcessorLimits out;
  out.queue_commands = 4'096;
  out.queue_bytes = 16U << 20U;
  out.internal_commands = 8'192;
  // A command is safe in its topic: it waits for as long as it takes.
  out.queue_wait = std::chrono::hours(24);
  out.state_cache_bytes = 16U << 20U;
  // A transaction costs some 10 ms whatever it holds.
  out.chunk_commands = 1'024;
  return out;
}

std::string text_of(const events::LogError& error) { return error.detail; }

}  // namespace

PartitionEngine::PartitionEngine(const Shared& shared, events::Partition partition)
    : shared_(shared), partition_(partition), load_(partition) {
  thread_ = std::thread([this] { run(); });
}

PartitionEngine::~PartitionEngine() {
  ask_to_stop();
  join();
}

void PartitionEngine::join() {
  if (thread_.joinable()) thread_.join();
}

void PartitionEngine::complain(std::string_view event, std::string_view detail) const {
  if (shared_.options.on_problem) shared_.options.on_problem(event, partition_, detail);
}

engine::RuntimeSnapshot PartitionEngine::snapshot() const {
  const std::lock_guard lock(runtime_mutex_);
  engine::RuntimeSnapshot out = ended_;
  if (runtime_) {
    const auto now = runtime_->snapshot();
    add_counters(out, now);
    add_gauges(out, now);
  }
  return out;
}

void PartitionEngine::run() {
  while (!stopping_) {
    if (const auto done = own(); !done) {
      complain("partition lost", done.error());
      for (auto left = retry_take_over; left.count() > 0 && !stopping_; left -= poll_step) {
        std::this_thread::sleep_for(poll_step);
      }
    }
  }
}

std::expected<void, std::string> PartitionEngine::own() {
  shared_.follower.leave(partition_);
  auto done = take_over();
  if (runtime_) {
    runtime_->stop(lost_ ? Milliseconds(0) : runtime_stop);
    shared_.gateway.forget(runtime_->follow_ups());
    std::unique_ptr<engine::Runtime> ended;
    const std::lock_guard lock(runtime_mutex_);
    add_counters(ended_, runtime_->snapshot());
    ended = std::move(runtime_);
  }
  deciding_ = false;
  shared_.log.release(partition_);
  shared_.follower.resume(partition_);
  return done;
}

std::expected<void, std::string> PartitionEngine::take_over() {
  const auto begun = std::chrono::steady_clock::now();
  lost_ = false;
  const auto taken = shared_.log.take_over(partition_, [this] { return stopping_.load(); });
  if (stopping_) return {};
  if (!taken) return std::unexpected(text_of(taken.error()));
  const auto first = first_offset();
  if (!first) return std::unexpected(first.error());
  {
    const std::lock_guard lock(committing_);
    next_offset_ = *first;
    taken_.clear();
    first_taken_ = 0;
    refusing_ = false;
  }
  outstanding_ = 0;

  engine::RuntimeOptions options;
  options.processor.source = shared_.options.source;
  options.processor.limits = limits();
  options.processor.partition = partition_;
  options.processor.in_order = true;
  options.processor.on_commit = shared_.options.on_commit;
  options.settlement_file = shared_.options.settlement_file;
  options.commit = this;
  options.follow_ups_to = &shared_.gateway;
  if (auto caught_up = catch_up_views(); !caught_up) return caught_up;
  auto runtime = engine::Runtime::start(shared_.log, shared_.views, shared_.definitions,
                                        shared_.ids, std::move(options));
  if (!runtime) return std::unexpected(runtime.error());
  {
    const std::lock_guard lock(runtime_mutex_);
    runtime_ = std::move(*runtime);
  }
  auto commands = kafka::Feed::open(shared_.options.settings, shared_.commands_topic,
                                    kafka::Isolation::committed, poll_step);
  if (!commands) return std::unexpected(commands.error().detail);
  const kafka::FeedStart start{partition_, *first};
  if (auto assigned = commands->assign({&start, 1}); !assigned)
    return std::unexpected(assigned.error().detail);
  deciding_ = true;
  const auto spent =
      std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun);
  if (shared_.options.on_event) {
    shared_.options.on_event(
        "partition taken over", partition_,
        std::to_string(spent.count()) + " ms, commands from " + std::to_string(*first));
  }
  return feed(*commands);
}

// Before the runtime, which may commit deadlines as soon as it runs.
std::expected<void, std::string> PartitionEngine::catch_up_views() {
  projections::CatchUpOptions options;
  options.partition = partition_;
  options.stop = &stopping_;
  const auto done = projections::catch_up(shared_.log, shared_.views, options);
  if (!done) return std::unexpected(done.error().detail);
  auto load = projections::LoadCounts::read(shared_.views, partition_);
  if (!load) return std::unexpected(load.error().detail);
  const std::lock_guard lock(committing_);
  load_ = std::move(*load);
  return {};
}

// Behind both what the group has committed and what the events themselves say: offsets may have
// expired, events never do.
std::expected<std::int64_t, std::string> PartitionEngine::first_offset() const {
  const kafka::PartitionList list(rd_kafka_topic_partition_list_new(1));
  auto* one = rd_kafka_topic_partition_list_add(list.get(), shared_.commands_topic.c_str(),
                                                static_cast<std::int32_t>(partition_));
  const auto code =
      rd_kafka_committed(shared_.group, list.get(), static_cast<int>(committed_patience.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(std::string("the committed offset: ") + rd_kafka_err2str(code));
  if (one->err != RD_KAFKA_RESP_ERR_NO_ERROR)
    return std::unexpected(std::string("the committed offset: ") + rd_kafka_err2str(one->err));
  std::int64_t first = one->offset;
  if (const auto last = shared_.log.last_command_offset(partition_)) {
    first = std::max(first, *last + 1);
  }
  if (first >= 0) return first;
  // Nothing was ever taken: from where the topic begins now, which need not be 0.
  const auto begins = kafka::ask_offset(shared_.group, shared_.commands_topic, partition_,
                                        kafka::OffsetOf::beginning, committed_patience);
  if (!begins) return std::unexpected(begins.error().detail);
  return *begins;
}

std::expected<void, std::string> PartitionEngine::feed(kafka::Feed& commands) {
  while (!stopping_) {
    if (lost_) return std::unexpected("the partition belongs to another instance by now");
    bool refusing = false;
    {
      const std::lock_guard lock(committing_);
      refusing = refusing_;
    }
    if (refusing) {
      if (auto done = rewind(commands); !done) return done;
      continue;
    }
    const auto message = commands.poll(poll_step);
    lag_ = static_cast<std::uint64_t>(commands.distance(partition_));
    if (!message || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) continue;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      // librdkafka goes on by itself, unless the offset is gone from the topic.
      if (message->err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) continue;
      return std::unexpected("commands are gone from their topic before they were read: " +
                             std::string(rd_kafka_message_errstr(message.get())));
    }
    if (auto done = give(*message); !done) return done;
  }
  return {};
}

std::expected<void, std::string> PartitionEngine::give(const rd_kafka_message_t& message) {
  auto command = engine::read_command(parser_, value_of(message));
  if (!command) return bury(message, command.error());
  if (events::partition_of(command->case_id, shared_.log.partitions()) != partition_)
    return bury(message, "the case belongs to another partition");
  if (shared_.options.facts) command->facts = shared_.options.facts(*command);
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(committing_);
    if (refusing_) return {};  // read again soon
    number = first_taken_ + taken_.size();
    taken_.push_back({message.offset,
                      std::string(key_of(message)),
                      {std::string(header_of(message, gateway_header)),
                       std::string(header_of(message, number_header))}});
  }
  ++commands_;
  ++outstanding_;
  // Only this thread takes the runtime away.
  engine::CaseProcessor& processor = runtime_->processor();
  for (;;) {
    const auto taken = processor.submit(*command, number, *this, message.len);
    if (taken) return {};
    if (taken.error().code != engine::RuntimeErrorCode::queue_full)
      return std::unexpected(taken.error().detail);
    if (stopping_ || lost_) return {};  // whoever comes next reads it again
    processor.wait_for_room(std::chrono::steady_clock::now() + poll_step);
  }
}

// A command that nobody can read would stop the partition for ever.
std::expected<void, std::string> PartitionEngine::bury(const rd_kafka_message_t& message,
                                                       const std::string& reason) {
  if (!wait_until_answered()) return {};
  const std::lock_guard lock(committing_);
  if (refusing_) return {};
  const kafka::ExtraRecord record{
      .topic = shared_.deadletter_topic,
      .partition = partition_,
      .key = std::string(key_of(message)),
      .headers = {{"reason", reason},
                  {"topic", shared_.commands_topic},
                  {"partition", std::to_string(partition_)},
                  {"offset", std::to_string(message.offset)},
                  {gateway_header, std::string(header_of(message, gateway_header))},
                  {number_header, std::string(header_of(message, number_header))}},
      .value = std::string(value_of(message))};
  const auto done = transact({}, {&record, 1}, {}, message.offset + 1);
  if (!done) {
    refusing_ = true;
    return {};
  }
  ++dead_letters_;
  complain("dead letter", "offset " + std::to_string(message.offset) + ": " + reason);
  return {};
}

// After a transaction that failed: once all that was given is answered, from the first command that
// is not taken.
std::expected<void, std::string> PartitionEngine::rewind(kafka::Feed& commands) {
  if (!wait_until_answered()) return {};
  const std::lock_guard lock(committing_);
  ++rewinds_;
  first_taken_ += taken_.size();
  taken_.clear();
  refusing_ = false;
  const kafka::FeedStart start{partition_, next_offset_};
  if (auto assigned = commands.assign({&start, 1}); !assigned)
    return std::unexpected(assigned.error().detail);
  return {};
}

bool PartitionEngine::wait_until_answered() {
  while (outstanding_ > 0 && !stopping_ && !lost_) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return outstanding_ == 0;
}

void PartitionEngine::answered(std::span<engine::Answered> answers) {
  outstanding_ -= answers.size();
}

std::expected<void, events::LogError> PartitionEngine::commit(
    const engine::Durable<engine::CaseKind>& batch) {
  const std::lock_guard lock(committing_);
  std::vector<kafka::ExtraRecord> extras;
  std::vector<std::int64_t> command_offsets(batch.records.size(), -1);
  std::int64_t next = next_offset_;
  std::uint64_t expected = first_taken_;
  std::size_t record = 0;
  for (const auto& reply : batch.replies) {
    const auto* outcome = std::get_if<engine::Outcome>(&reply.answered->answer);
    const auto up_to = [&](std::int64_t offset) {
      // A repeated command's outcome lies before this batch.
      if (outcome == nullptr || outcome->events.empty()) return;
      for (; record < batch.records.size() &&
             batch.records[record].position.sequence <= outcome->position.sequence;
           ++record) {
        command_offsets[record] = offset;
      }
    };
    if (reply.sink != this) {
      up_to(-1);
      continue;
    }
    // What was given before a failure, and decided after it, would be taken out of its turn.
    if (refusing_ || reply.answered->token != expected)
      return std::unexpected(
          events::LogError{events::LogErrorCode::unavailable, "commands are read again"});
    const Taken& taken = taken_[expected - first_taken_];
    ++expected;
    next = taken.offset + 1;
    up_to(taken.offset);
    std::string value;
    engine::append_json(value, reply.answered->answer);
    extras.push_back(
        {.topic = shared_.outcomes_topic,
         .partition = partition_,
         .key = taken.key,
         .headers = {{gateway_header, taken.from.gateway}, {number_header, taken.from.number}},
         .value = std::move(value)});
  }
  if (batch.records.empty() && next == next_offset_) return {};
  const auto changes = net_changes(batch.changes);
  append_view_records(extras, shared_.options.settings, partition_, changes, load_);
  auto done = transact(batch.records, extras, command_offsets, next);
  if (!done) {
    take_back(changes, load_);
    refusing_ = true;
    return done;
  }
  taken_.erase(taken_.begin(),
               taken_.begin() + static_cast<std::ptrdiff_t>(expected - first_taken_));
  first_taken_ = expected;
  return {};
}

std::expected<void, events::LogError> PartitionEngine::transact(
    std::span<const events::LogRecord> records, std::span<const kafka::ExtraRecord> extras,
    std::span<const std::int64_t> command_offsets, std::int64_t next) {
  const kafka::ConsumedOffset consumed{shared_.commands_topic, partition_, next};
  auto done = shared_.log.transact(partition_, records,
                                   {.records = extras,
                                    .command_offsets = command_offsets,
                                    .consumed = {&consumed, 1},
                                    .consumer = shared_.group});
  if (done) {
    next_offset_ = next;
  } else if (!shared_.log.owns(partition_)) {
    lost_ = true;
  }
  return done;
}

}  // namespace huiyin::cluster
