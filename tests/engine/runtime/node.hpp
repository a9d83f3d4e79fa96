// A whole engine on a directory of its own, with the real log and views, whose clock and log a test
// holds in its hand.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "engine/definition_toml.hpp"
#include "engine/runtime.hpp"
#include "local_log/local_log.hpp"
#include "support/temp_dir.hpp"

namespace huiyin::test {

// 2024-03-04 01:00 UTC, a Monday morning in Beijing.
inline constexpr events::Instant some_monday{std::chrono::milliseconds{1'709'514'000'000}};

class TestIds final : public engine::IdSource {
 public:
  events::Instant now() override { return events::Instant{std::chrono::milliseconds{now_ms_}}; }
  std::string fresh_id() override { return "fresh-" + std::to_string(++fresh_); }
  std::string derived_id(std::string_view text) override { return "derived-" + std::string(text); }

  void set(events::Instant now) { now_ms_ = now.time_since_epoch().count(); }
  void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ms_{some_monday.time_since_epoch().count()};
  std::atomic<std::uint64_t> fresh_{0};
};

// The real log under it; appends can be made to fail or to wait.
class FaultyLog final : public events::EventLog {
 public:
  enum class Fault : std::uint8_t {
    none,
    full,     // refused, nothing is written
    lost,     // unknown outcome: nothing is written
    written,  // unknown outcome: written all the same
  };

  explicit FaultyLog(events::EventLog& real) : real_(real) {}

  events::Partition partitions() const override { return real_.partitions(); }
  std::expected<void, events::LogError> append(std::span<const events::LogRecord> records) override;
  events::Sequence end(events::Partition partition) const override { return real_.end(partition); }
  std::unique_ptr<events::LogReader> read(events::Partition partition,
                                          events::Sequence from) const override {
    return real_.read(partition, from);
  }
  std::expected<std::string, events::LogError> get(events::Position position) const override {
    return real_.get(position);
  }

  void fail(Fault fault) { fault_ = fault; }
  void hold(bool held);
  // Waits until an append is being held.
  void wait_for_append();
  // Every append that reached the real log, in order.
  std::vector<std::vector<events::LogRecord>> appends() const;

 private:
  events::EventLog& real_;
  std::atomic<Fault> fault_ = Fault::none;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  int waiting_ = 0;
  std::vector<std::vector<events::LogRecord>> appends_;
};

const engine::Definitions& shipped_definitions();

struct NodeOptions {
  engine::ProcessorLimits limits;
  engine::TimerLimits timers;
  events::Partition partitions = 3;
  bool start = true;
  bool in_order = false;
};

class Node {
 public:
  explicit Node(NodeOptions options = {});
  ~Node();

  void start();
  void stop();
  void restart() {
    stop();
    start();
  }
  // Throws the views away too.
  void restart_from_the_log();

  engine::Answer give(engine::Command command) {
    return runtime->processor().execute(std::move(command));
  }
  // All follow-ups are carried out and the views stand at the log's end.
  void settle_down();
  projections::CaseState state(const std::string& case_id) const;
  // Every event of a case, "1 collected", "2 …", in order; fails the test on a gap.
  std::vector<std::string> history(const std::string& case_id) const;
  // Sequences and versions without a gap, times that never go back, views equal to a rebuild.
  void expect_sound() const;

  TempDir directory;
  TestIds ids;
  NodeOptions options;
  std::unique_ptr<local_log::LocalLog> real_log;
  std::unique_ptr<FaultyLog> log;
  std::unique_ptr<projections::ViewStore> views;
  std::unique_ptr<engine::Runtime> runtime;
};

// Collects answers.
class Answers final : public engine::AnswerSink {
 public:
  void answered(std::span<engine::Answered> answers) override;
  std::vector<engine::Answered> wait(std::size_t count);
  std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<engine::Answered> answers_;
};

// Commands, each with an id of its own unless given.
engine::Command collect_casework(const std::string& case_id, events::Instant at);
engine::Command collect_matter(const std::string& case_id);
engine::Command by_importer(const std::string& case_id, events::Instant at,
                            engine::CommandBody body);
engine::Command by(engine::Role role, const std::string& case_id, engine::CommandBody body);

const engine::Outcome& outcome(const engine::Answer& answer);
std::string refusal(const engine::Answer& answer);  // its rule; "" when it is none
std::optional<engine::RuntimeErrorCode> error(const engine::Answer& answer);

}  // namespace huiyin::test
