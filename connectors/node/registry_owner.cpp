#include "node/registry_owner.hpp"

#include <random>

namespace huiyin::node {
namespace {

using engine::Answer;
using engine::RuntimeError;
using engine::RuntimeErrorCode;
using Clock = std::chrono::steady_clock;

// How long a command is tried while others take the partition away; then the asker tries again.
constexpr std::chrono::seconds patience{8};
constexpr std::chrono::milliseconds look{100};
// Whoever was fenced learns it only when it writes: a writer that has had nothing to do for so long
// gives the partition back and reads again what others write.
constexpr std::chrono::milliseconds keep{300};
constexpr std::chrono::milliseconds writer_stop{2'000};

// Two instances that both have commands should not take turns with every single one.
void step_back() {
  thread_local std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<int> milliseconds(20, 200);
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds(random)));
}

Answer unavailable(std::string detail) {
  return RuntimeError{RuntimeErrorCode::unavailable, std::move(detail)};
}

}  // namespace

RegistryOwner::RegistryOwner(kafka::KafkaLog& log, projections::RegistryStore& store,
                             const engine::RegistryRules& rules, engine::IdSource& ids,
                             engine::ProcessorOptions options, Problem problem)
    : log_(log),
      store_(store),
      rules_(rules),
      ids_(ids),
      options_(std::move(options)),
      problem_(std::move(problem)) {}

std::expected<std::unique_ptr<RegistryOwner>, std::string> RegistryOwner::start(
    kafka::KafkaLog& log, projections::RegistryStore& store, const engine::RegistryRules& rules,
    engine::IdSource& ids, engine::ProcessorOptions options, Problem problem) {
  std::unique_ptr<RegistryOwner> owner(
      new RegistryOwner(log, store, rules, ids, std::move(options), std::move(problem)));
  if (const auto mirrored = log.catch_up(0); !mirrored)
    return std::unexpected(mirrored.error().detail);
  if (const auto caught_up = projections::catch_up(log, store); !caught_up)
    return std::unexpected(caught_up.error().detail);
  kafka::FollowListener listener;
  listener.on_end = [self = owner.get()](events::Partition, events::Sequence) {
    const std::lock_guard lock(self->grown_mutex_);
    self->has_grown_ = true;
    self->grown_.notify_all();
  };
  listener.on_problem = [self = owner.get()](events::Partition, const events::LogError& error) {
    self->problem_(error.detail);
  };
  if (const auto followed = log.follow({0}, std::move(listener)); !followed)
    return std::unexpected(followed.error().detail);
  owner->follower_ =
      std::jthread([self = owner.get()](const std::stop_token& stop) { self->follow(stop); });
  return owner;
}

RegistryOwner::~RegistryOwner() { stop(writer_stop); }

void RegistryOwner::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(grown_mutex_);
      grown_.wait_for(lock, stop, look, [&] { return has_grown_; });
      has_grown_ = false;
    }
    const std::lock_guard lock(mutex_);
    const bool idle = active_ == 0 && Clock::now() - used_ > keep;
    if (writer_ && (idle || !log_.owns(0))) let_go();
    if (writer_) continue;
    if (store_.applied(0) >= log_.end(0)) continue;
    if (const auto caught_up = projections::catch_up(log_, store_); !caught_up)
      problem_(caught_up.error().detail);
  }
}

void RegistryOwner::let_go() {
  writer_->stop(writer_stop);
  writer_.reset();
  log_.release(0);
}

std::expected<RegistryOwner::Writer, std::string> RegistryOwner::writer() {
  const std::lock_guard lock(mutex_);
  if (stopping_) return std::unexpected("this instance stops");
  if (writer_ && log_.owns(0)) {
    ++active_;
    return writer_;
  }
  if (writer_) let_go();
  const auto taken = log_.take_over(0, [this] { return stopping_.load(); });
  if (!taken) return std::unexpected(taken.error().detail);
  auto started = engine::RegistryProcessor::start(log_, store_, rules_, ids_, options_);
  if (!started) {
    log_.release(0);
    return std::unexpected(started.error());
  }
  writer_ = std::move(*started);
  ++active_;
  return writer_;
}

Answer RegistryOwner::execute(const engine::RegistryCommand& command) {
  const auto until = Clock::now() + patience;
  for (;;) {
    const auto own = writer();
    if (!own) return unavailable("the registry cannot be written: " + own.error());
    engine::RegistryCommand asked = command;
    engine::look_up(asked, store_);
    Answer answer = (*own)->execute(std::move(asked));
    {
      const std::lock_guard lock(mutex_);
      --active_;
      used_ = Clock::now();
    }
    const auto* error = std::get_if<RuntimeError>(&answer);
    // Taken away in the midst of it: what was decided was dropped, or is there under its id.
    const bool again = error != nullptr && !log_.owns(0) && !stopping_ && Clock::now() < until;
    if (!again) return answer;
    step_back();
  }
}

std::expected<void, RuntimeError> RegistryOwner::submit(engine::RegistryCommand command,
                                                        std::uint64_t token,
                                                        engine::AnswerSink& sink,
                                                        std::size_t /*bytes*/) {
  engine::Answered answered{token, execute(command)};
  sink.answered({&answered, 1});
  return {};
}

std::expected<void, RuntimeError> RegistryOwner::submit_own(engine::RegistryCommand command,
                                                            std::uint64_t token,
                                                            engine::AnswerSink& sink) {
  return submit(std::move(command), token, sink, 0);
}

void RegistryOwner::stop(std::chrono::milliseconds deadline) {
  if (stopping_.exchange(true)) return;
  follower_ = {};
  log_.end_follow();
  const std::lock_guard lock(mutex_);
  if (writer_) {
    writer_->stop(deadline);
    writer_.reset();
    log_.release(0);
  }
}

}  // namespace huiyin::node
